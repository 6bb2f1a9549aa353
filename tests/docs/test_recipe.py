"""The checker of pages itself: what it finds, and that it can find something."""

from __future__ import annotations

from pathlib import Path

from .recipe import blocks, commands, differences, left_out

PAGE = """
Write this:

```text title="notes/a b.txt"
one
two
```

```console
$ cat "notes/a b.txt"
one
two

$ cd notes && ls
a b.txt
```

<!-- exit: 3 -->
```sh
ls >/dev/null
exit_with() { return 3; }; \\
  exit_with
```

<!-- network -->
```sh
false
```

<!-- not run: it asks questions -->
```powershell
winget install something
```

```yaml
shown: alone
```
"""


def test_a_page_that_tells_the_truth_has_no_differences(tmp_path: Path) -> None:
    assert differences(PAGE, tmp_path, tmp_path, network=False) == []


def test_what_is_not_true_is_found_with_its_line(tmp_path: Path) -> None:
    wrong = PAGE.replace("$ cd notes && ls\na b.txt", "$ cd notes && ls\nc.txt").replace("exit: 3", "exit: 0")

    assert differences(wrong, tmp_path, tmp_path, network=False) == [
        "line 14: cd notes && ls\nprints:\na b.txt\n--- instead of:\nc.txt",
        "line 21: exit_with() { return 3; }; \\\n  exit_with\nreturns 3 instead of 0:\n",
    ]


def test_commands_that_need_the_network_are_run_where_there_is_one(tmp_path: Path) -> None:
    assert differences(PAGE, tmp_path, tmp_path, network=True) == ["line 27: false\nreturns 1 instead of 0:\n"]
    assert left_out(PAGE) == ["false", "winget install something"]


def test_the_output_of_a_command_ends_at_the_next_one() -> None:
    (block,) = [block for block in blocks(PAGE) if block.language == "console"]

    assert [(command.text, command.shown) for command in commands(block)] == [
        ('cat "notes/a b.txt"', "one\ntwo"),
        ("cd notes && ls", "a b.txt"),
    ]

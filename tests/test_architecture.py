"""The rooms and their doors: who may import whom, who may import what from outside, and how large a file may grow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kql_lint.rules import RULES

PACKAGE = Path(__file__).parents[1] / "kql_lint"
FILES = sorted(PACKAGE.rglob("*.py"))

# Each room may import those of the rows above it, and itself.
ORDER = (
    ("reading", "writing", "printable", "surroundings", "wildcards", "repository", "memory", "inverse"),
    ("wording",),
    ("spelling", "diagnostic", "version", "resources", "cachedir", "suggest", "patterns", "budget", "shape"),
    ("globs",),
    ("git",),
    ("source",),
    ("positions",),
    ("hosts",),
    ("syntax", "catalogue"),
    ("semantics",),
    ("rules",),
    ("engine",),
    ("config", "discover", "changed"),
    ("runner",),
    ("policy", "queries"),
    ("fixes",),
    ("output", "docs"),
    ("language",),
    ("lsp",),
    ("cli",),
    ("site",),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
# Who may use a library from outside.
OUTSIDE = {"lark": ("syntax",), "click": ("cli", "site"), "pygls": ("lsp",), "lsprotocol": ("lsp",)}
# The families of files in hosts: each may import those before it, and the leaves beside them, which import none.
FAMILIES = ("plain", "yaml", "json", "infrastructure", "embedded")
# These two choose among families.
CHOOSING = ("__init__", "generic")
LINES = 400
FUNCTION_LINES = 50


def room_of(path: Path) -> str:
    """The first part of a module's name below the package; "" for the package itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, at its top or later, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield node.lineno, node.module or ""
            # "from kql_lint import engine" names a room too
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in FILES} - {""} <= set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    room = room_of(path)
    wrong = []
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] != "kql_lint" or not room or len(parts) < 2:
            continue
        other = parts[1]
        if other != room and LEVEL.get(other, 0) >= LEVEL[room]:
            wrong.append(f"{path.name}:{line}: {room} may not import {other}")
    assert wrong == []


HOSTS = PACKAGE / "hosts"


def test_every_folder_of_hosts_is_a_family_with_a_door_and_tests_of_its_own() -> None:
    folders = {path.name for path in HOSTS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(FAMILIES)
    for family in FAMILIES:
        assert ast.get_docstring(ast.parse((HOSTS / family / "__init__.py").read_text(encoding="utf-8")))
        assert list((Path(__file__).parent / "hosts" / family).glob("test_*.py")), family


def test_a_family_of_hosts_imports_those_before_it_and_leaves_import_none() -> None:
    wrong = []
    for path in sorted(HOSTS.rglob("*.py")):
        own = path.relative_to(HOSTS).parts[0].removesuffix(".py")
        for line, module in imports(path):
            other = module.split(".")[2] if module.startswith("kql_lint.hosts.") else ""
            allowed = FAMILIES[: FAMILIES.index(own) + 1] if own in FAMILIES else FAMILIES if own in CHOOSING else ()
            if other in FAMILIES and other not in allowed:
                wrong.append(f"{path.relative_to(HOSTS)}:{line}: {own} may not import {other}")
    assert wrong == []


SEMANTICS = PACKAGE / "semantics"
# What stands in each row may import what stands in those above it, and, within a folder, what does so in turn.
SEMANTIC_ORDER = (
    ("literals", "persistent", "types"),
    ("domains",),
    ("functions",),
    ("scopes",),
    ("contract_facts",),
    ("facts",),
    ("account", "events"),
    ("context",),
    ("contracts", "name_patterns", "placeholders", "tables"),
    ("literal_uses",),
    ("calls",),
    ("expressions",),
    ("sources",),
    ("operators",),
    ("commands", "binder"),
    ("again", "watching"),
    ("attribution", "description", "symbols", "trace", "__init__"),
)


def test_imports_of_semantics_go_one_way_even_for_types() -> None:
    level = {room: number for number, rooms in enumerate(SEMANTIC_ORDER) for room in rooms}
    wrong = []
    for path in sorted(SEMANTICS.rglob("*.py")):
        own = path.relative_to(SEMANTICS).parts[0].removesuffix(".py")
        assert own in level, f"{own} has no place in SEMANTIC_ORDER"
        for line, module in imports(path):
            parts = module.split(".")
            other = parts[2] if parts[:2] == ["kql_lint", "semantics"] and len(parts) > 2 else own
            if other in level and other != own and level[other] >= level[own]:
                wrong.append(f"{path.relative_to(SEMANTICS)}:{line}: {own} may not import {other}")
    assert wrong == []


@pytest.mark.parametrize("library", OUTSIDE)
def test_a_library_is_known_in_one_room_only(library: str) -> None:
    users = {room_of(path) for path in FILES for _, name in imports(path) if name.split(".")[0] == library}
    assert users <= set(OUTSIDE[library])


# The one file that prints, what prints, and what else is written to: files, and things of ours that have this method.
PRINTING = "cli/printing.py"
PRINTS = {"print", "echo", "secho", "echo_via_pager", "print_exc", "print_exception", "print_last", "print_stack"}
WRITTEN = {
    ("writing.py", "file"),
    ("site/files.py", "file"),
    ("syntax/generate.py", "file"),
    ("cli/outputs.py", "self.stream"),
    ("cli/outputs.py", "printing"),
    ("policy/apply.py", "self._writer"),
    ("policy/baseline.py", "self._file"),
}


def printing_calls(path: Path) -> Iterator[str]:
    """Each call that writes to something that is, or could be, standard output or standard error."""
    name = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in PRINTS:
            yield f"{name}: {called.id}"
        elif isinstance(called, ast.Attribute):
            target = ast.unparse(called.value)
            writes = called.attr in ("write", "writelines") and (name, target) not in WRITTEN
            if writes or called.attr in PRINTS:
                yield f"{name}: {target}.{called.attr}"


def test_one_file_prints() -> None:
    found = {call for path in FILES for call in printing_calls(path)}

    assert found == {f"{PRINTING}: click.echo", f"{PRINTING}: stream.write"}


def test_every_code_that_is_reported_anywhere_is_a_rule() -> None:
    # The parser and the hosts report findings without knowing the rules; a code that no rule has would be dropped.
    codes = {code for path in FILES for code in re.findall(r'"(KL\d{3})"', path.read_text(encoding="utf-8"))}

    assert codes - {rule.code for rule in RULES} == set()


def test_no_file_and_no_function_grows_past_its_limit() -> None:
    too_large = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        # The nodes of the syntax tree are declarations, one after another: a long table rather than a long program.
        if lines > LINES and path.name != "ast.py":
            too_large.append(f"{path.relative_to(PACKAGE)} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_large.append(f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.name} has {length} lines")
    assert too_large == []


# Who may do what a tree could misuse: run a program, open a file, unpack objects, load code by its name.
RUNS = ("subprocess", "pty", "socket", "ctypes", "http", "urllib.request", "ftplib", "ssl")
UNPACKS = ("pickle", "marshal", "shelve", "dill")
DOORS = {
    "subprocess": {"git.py"},
    "importlib": {"cli/__init__.py", "hosts/__init__.py"},  # of names in a table of their own
}
# Modules of the installation and of the user's own folders; whatever else is read is read by reading.py.
OPENS = {
    "language/reference/operators.py",
    "language/reference/functions.py",
    "reading.py",
    "writing.py",
    "cli/outputs.py",
    "cli/printing.py",
    "policy/registry.py",
    "runner/build.py",
    "semantics/functions/table.py",
    "site/files.py",
    "syntax/generate.py",
    "syntax/loading.py",
    "output/html.py",
}
_OPENERS = {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes"}
_NEVER = {"eval", "exec", "compile", "__import__", "system", "popen", "execv", "execve", "spawnv", "posix_spawn"}
_MODULES = {"os", "io", "codecs", "builtins", "gzip", "tokenize", "pathlib"}


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """What a file calls: the name of the module, "" for none, and that of the function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield owner.id if isinstance(owner, ast.Name) else "?", node.func.attr


def test_nothing_runs_programs_talks_to_the_network_or_unpacks_objects() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in FILES
        for _, name in imports(path)
        for wanted in (*RUNS, *UNPACKS, "importlib")
        if name == wanted or name.startswith(f"{wanted}.")
    }
    allowed = {(path, name) for name, paths in DOORS.items() for path in paths}

    assert {one for one in found if (one[0], one[1].split(".")[0]) not in allowed} == set()


def test_code_is_made_of_no_text_and_files_are_opened_by_few() -> None:
    wrong = []
    for path in FILES:
        name = path.relative_to(PACKAGE).as_posix()
        for module, function in calls(path):
            if function in _NEVER and (module in _MODULES or (not module and function != "compile")):
                wrong.append(f"{name}: {module}.{function}")
            opens = function in _OPENERS and (module in _MODULES or (not module and function == "open"))
            if opens and name not in OPENS:
                wrong.append(f"{name}: {module}.{function}")

    assert wrong == []

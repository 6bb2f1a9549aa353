"""Inputs by their number: the same seed and number give the same file, so that one that failed can be made again."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from fuzzing.words import CHARACTERS, HOSTS, KQL

ROOT = Path(__file__).parents[2]
LONGEST = 6_000  # characters
SUFFIXES = (".kql", ".yaml", ".json", ".jsonc", ".bicep", ".tf", ".md", ".ipynb", ".workbook")
_MARK = re.compile(r"«KL\d{3} |»")


class Input(NamedTuple):
    """A file by its name and content.  query is what its only query has to be, where that is known."""

    path: str
    data: bytes
    query: str | None = None


class Seeds:
    """Files that people would write, which inputs are made from: texts by the suffix of their name."""

    def __init__(self) -> None:
        self.by_suffix: dict[str, list[str]] = {suffix: [] for suffix in SUFFIXES}
        for path in sorted((ROOT / "rules_examples").rglob("*")):
            suffix = {".yml": ".yaml"}.get(path.suffix, path.suffix)
            if suffix in self.by_suffix:
                self.by_suffix[suffix].append(path.read_text(encoding="utf-8")[:LONGEST])
        self._gallery()
        for name in ("operators", "statements"):
            lines = (ROOT / "tests" / "syntax" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
            texts = [line for line in lines if line and not line.startswith(" ")]
            self.by_suffix[".kql"] += [f"T | {line}" if name == "operators" else line for line in texts]
        self.queries = [text for text in self.by_suffix[".kql"] if text.strip()]

    def _gallery(self) -> None:
        """Takes the snippets that the tests of the hosts have, without their marks."""
        for path in sorted((ROOT / "tests" / "hosts" / "gallery").glob("*.txt")):
            for snippet in path.read_text(encoding="utf-8").split("\n==== ")[1:]:
                head, _, text = snippet.partition("\n")
                suffix = Path(head.partition(":")[0]).suffix
                if suffix in self.by_suffix:
                    self.by_suffix[suffix].append(_MARK.sub("", text)[:LONGEST])


def made(seeds: Seeds, seed: int, number: int) -> Input:
    """The input of this number."""
    chance = random.Random(f"{seed}:{number}")
    way = chance.random()
    if way < 0.08:
        return soup(chance)
    if way < 0.30:
        return hosted(seeds, chance)
    # queries as often as all else together
    suffix = ".kql" if chance.random() < 0.5 else chance.choice(SUFFIXES)
    text = chance.choice(seeds.by_suffix[suffix] or seeds.queries)
    for _ in range(_few(chance)):
        text = mutated(seeds, chance, text, suffix)
    return Input(f"a{suffix}", encoded(chance, text))


def soup(chance: random.Random) -> Input:
    """Words, one after another."""
    suffix = chance.choice((".kql", *SUFFIXES))
    words = [_word(chance, suffix) for _ in range(chance.randint(0, 60))]
    return Input(f"a{suffix}", encoded(chance, chance.choice(("", " ", " ", "\n")).join(words)))


def _few(chance: random.Random) -> int:
    """0 or more, mostly 1 to 4."""
    return chance.choice((0, 1, 1, 1, 2, 2, 3, 4, 6, 10))


def _word(chance: random.Random, suffix: str) -> str:
    draw = chance.random()
    if draw < 0.15:
        return chance.choice(CHARACTERS)
    return chance.choice(HOSTS if suffix != ".kql" and draw < 0.5 else KQL)


def mutated(seeds: Seeds, chance: random.Random, text: str, suffix: str) -> str:
    """A text with one change."""
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.choice((0, 1, 1, 2, 5, 20, 100, 1_000)))
    change = chance.randrange(8)
    if change == 0:  # a part is gone
        changed = text[:start] + text[end:]
    elif change == 1:  # a word is put in, or takes the place of a part
        space = chance.choice(("", " "))
        changed = text[:start] + space + _word(chance, suffix) + space + text[chance.choice((start, end)) :]
    elif change == 2:  # a part is there again and again
        changed = text[:start] + text[start:end] * chance.choice((2, 2, 3, 10, 50)) + text[end:]
    elif change == 3:  # a part moves
        part, rest = text[start:end], text[:start] + text[end:]
        place = chance.randint(0, len(rest))
        changed = rest[:place] + part + rest[place:]
    elif change == 4:  # the end is missing
        changed = text[:start]
    elif change == 5:  # a part of another file
        other = chance.choice(seeds.by_suffix[suffix] or seeds.queries)
        begin = chance.randint(0, len(other))
        changed = text[:start] + other[begin : begin + chance.choice((20, 200, 2_000))] + text[end:]
    elif change == 6:  # a word of the text takes another's place
        words = re.findall(r"\w+", text) or ["x"]
        changed = re.sub(rf"\b{chance.choice(words)}\b", lambda _: chance.choice((*words, "x")), text, count=2)
    else:  # line ends or case of the whole
        changes: tuple[Callable[[str], str], ...] = (
            lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("\n", "\r"), str.upper, str.lower,
            lambda text: text.replace("\n", " "), lambda text: text.replace(" ", "\t"),
        )  # fmt: skip
        changed = chance.choice(changes)(text)
    return changed[:LONGEST]


def encoded(chance: random.Random, text: str) -> bytes:
    """The bytes of a text: mostly UTF-8, sometimes with a mark, as UTF-16 or with a byte that is wrong."""
    way = chance.random()
    if way < 0.03:
        return text.encode("utf-8-sig")
    if way < 0.05:
        return b"\xff\xfe" + text.encode("utf-16-le")
    data = text.encode()
    if way < 0.07 and data:
        place = chance.randrange(len(data))
        data = data[:place] + bytes((chance.randrange(256),)) + data[place + 1 :]
    return data


def hosted(seeds: Seeds, chance: random.Random) -> Input:
    """A query, changed a little, put into a file in a way that is known to bring it out again."""
    text = chance.choice(seeds.queries)
    for _ in range(chance.choice((0, 1, 1, 2))):
        text = mutated(seeds, chance, text, ".kql")
    # What may stand for something else in one of the hosts is left out, and what none may have.
    text = re.sub(r"[{}$%]|'''|```|~~~|#|\\", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"[^\n\x20-\x7e\xa1-\u1fff\u3000-\ud7ff\U0001f600-\U0001f64f]|\u00ad", " ", text)
    text = "\n".join(line.rstrip() for line in text.split("\n") if line.strip()).strip()
    path, make = chance.choice(tuple(WAYS.items()))
    if path in FOLDED:
        text = "\n".join(line.strip() for line in text.split("\n"))
    if not _BEGINS.match(text):
        text = f"DeviceEvents\n{text}".strip()  # comments alone are no query
    return Input(path.partition("/")[2], make(text).encode(), text)


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.split("\n"))


def _arm(text: str) -> str:
    rule = {"type": "Microsoft.SecurityInsights/alertRules", "kind": "NRT", "properties": {"query": text}}
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": [rule]})


def _cell(text: str) -> str:
    lines = ["%%kql\n", *text.splitlines(keepends=True)]
    return json.dumps({"cells": [{"cell_type": "code", "source": lines}], "nbformat": 4}, ensure_ascii=False)


def _step(text: str) -> str:
    step = {"type": 3, "content": {"version": "KqlItem/1.0", "query": text, "queryType": 0}}
    return json.dumps({"version": "Notebook/1.0", "items": [step]}, ensure_ascii=False)


def _quoted(text: str) -> str:
    return text.replace("\n", "\\n").replace("'", "\\'")


TERRAFORM = 'resource "azurerm_sentinel_alert_rule_nrt" "r" {\n  query = '
BICEP = "resource r 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {\n  kind: 'NRT'\n  properties: {\n    query: "
# Those that take away the blanks that lines begin with.
FOLDED = ("2/a.yaml",)
_BEGINS = re.compile(r"[A-Za-z(]")
# number/name of the file -> the file with the query in it
WAYS: dict[str, Callable[[str], str]] = {
    "1/a.yaml": lambda text: f"kind: NRT\nquery: |2\n{_indented(text, 2)}\n",
    "2/a.yaml": lambda text: "kind: NRT\nquery: '" + text.replace("'", "''").replace("\n", "\n\n  ") + "'\n",
    "3/a.yaml": lambda text: f"kind: NRT\nquery: {json.dumps(text)}\n",
    "4/a.json": lambda text: json.dumps({"queryCondition": {"queryText": text}}),
    "5/a.json": lambda text: json.dumps({"queryCondition": {"queryText": text}}, ensure_ascii=False, indent=1),
    "6/a.json": _arm,
    "7/a.md": lambda text: f"# Title\n\n```kql\n{text}\n```\n",
    "8/a.md": lambda text: f"- item\n\n  ~~~kusto\n{_indented(text, 2)}\n  ~~~\n",
    "9/a.tf": lambda text: f"{TERRAFORM}<<EOT_\n{text}\nEOT_\n}}\n",
    "10/a.tf": lambda text: f"{TERRAFORM}{json.dumps(text, ensure_ascii=False)}\n}}\n",
    "11/a.bicep": lambda text: f"{BICEP}'''\n{text}\n'''\n  }}\n}}\n",
    "12/a.bicep": lambda text: f"{BICEP}'{_quoted(text)}'\n  }}\n}}\n",
    "13/a.ipynb": _cell,
    "14/a.workbook": _step,
}

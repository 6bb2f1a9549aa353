"""Puts what the playground needs of this repository and of PyYAML into playground/build/.

kql/ is what the browser's Python will have: kql-lint without the rooms that no lint of a text uses, its grammar and
catalogue, and the part of PyYAML that is written in Python.  words.json has what is coloured, examples.json the texts
to begin with.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import yaml

from kql_lint.rules import RULES
from kql_lint.site.words import as_json

HERE = Path(__file__).parent
ROOT = HERE.parent
# What is about files, terminals and editors.
LEFT_OUT = (
    "cli",
    "site",
    "lsp",
    "language",
    "fixes",
    "importer",
    "__main__.py",
    "git.py",
    "changed.py",
    "discover.py",
    "html.py",
    "generate.py",
    "pool.py",
    "update.py",
)
EXAMPLES = (
    "field-not-in-action-type",
    "unknown-action-type",
    "unknown-column",
    "contradictory-filter",
    "field-not-in-event-id",
    "entity-mapping-column",
    "syntax-error",
)


def main(target: str = str(HERE / "build")) -> None:
    """Makes the folder at target anew."""
    build = Path(target)
    shutil.rmtree(build, ignore_errors=True)
    tree = build / "kql"
    ignored = shutil.ignore_patterns("__pycache__", *LEFT_OUT)
    shutil.copytree(ROOT / "kql_lint", tree / "kql_lint", ignore=ignored)
    for name in ("grammar", "catalog"):
        shutil.copytree(ROOT / name, tree / "kql_lint" / "_data" / name, ignore=shutil.ignore_patterns("*.md"))
    (tree / "yaml").mkdir()
    for path in Path(yaml.__file__).parent.glob("*.py"):
        shutil.copy(path, tree / "yaml" / path.name)
    for name in ("lint.py", "prepare.py"):
        shutil.copy(HERE / name, tree / name)
    (build / "words.json").write_text(as_json(), encoding="utf-8")
    (build / "examples.json").write_text(json.dumps(examples(), indent=1), encoding="utf-8")
    (build / "licences.txt").write_text(licences(), encoding="utf-8")


def examples() -> list[dict[str, str]]:
    """The bad example of some rules, each with a title."""
    by_name = {rule.name: rule for rule in RULES}
    found = []
    for name in EXAMPLES:
        path = next((ROOT / "rules_examples" / name).glob("bad.*"))
        rule = by_name[name]
        found.append(
            {"title": f"{rule.code} {name}", "file": f"rule{path.suffix}", "text": path.read_text(encoding="utf-8")}
        )
    return found


def licences() -> str:
    """Those of kql-lint and of PyYAML."""
    from importlib.metadata import distribution

    of_yaml = distribution("PyYAML")
    text = next((file.read_text() for file in of_yaml.files or () if re.search(r"(?i)licen[cs]e$", file.name)), "")
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    line = "=" * 80
    return f"{line}\nkql-lint (MIT)\n\n{own.strip()}\n\n{line}\nPyYAML {of_yaml.version} (MIT)\n\n{text.strip()}\n\n"


if __name__ == "__main__":
    main()

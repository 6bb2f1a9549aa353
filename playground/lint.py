"""What the playground's worker calls: a text in, what kql-lint finds in it out, as JSON."""

from __future__ import annotations

import json
import os
import sys

from kql_lint.config import Configurations
from kql_lint.output import Style, Summary, create
from kql_lint.policy.apply import Policy
from kql_lint.policy.settings import AllSettings, Said
from kql_lint.reading import observed
from kql_lint.runner import lint_file
from kql_lint.source import Source

MADE = 1_700_000_000
"""When all files of the catalogue were made, in seconds: the cache beside them is that of files of this age."""

HERE = os.path.dirname(os.path.abspath(__file__))
# There are a thousand tables, most of which are never asked for.
_CATALOGUE = f"{HERE}/kql_lint/_data/catalog"
_LATE = (f"{_CATALOGUE}/defender/", f"{_CATALOGUE}/sentinel/", f"{HERE}/cache/")

if sys.platform == "emscripten":  # there are no users, and the cache is asked whose it is
    os.geteuid = lambda: 0


def _make_folder(path: str) -> None:
    """Makes the folder at path and those above it, for the user alone: of others' folders no cache is read."""
    if not os.path.isdir(path):
        _make_folder(os.path.dirname(path))
        os.mkdir(path, 0o700)


class Files:
    """The content of files by their paths: a snapshot of the memory holds these, and no file system."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def keep(self, path: str, content: bytes) -> None:
        """Has the file at path made, with the content, before the next text is looked at or when it is looked at."""
        self._kept[path] = content

    def make_those_that_all_need(self) -> None:
        """Makes the files that are not those of single tables."""
        for path in [path for path in self._kept if not path.startswith(_LATE)]:
            self.make(path)

    def make(self, path: str) -> None:
        """Makes the file at path if it is one of those that were kept."""
        content = self._kept.pop(path, None)
        if content is not None:
            _make_folder(os.path.dirname(path))
            with open(path, "wb") as file:
                file.write(content)
            os.utime(path, (MADE, MADE))


FILES = Files()
"""Those of the snapshot; it is empty where there is a file system that has them."""


def lint(file: str, text: str, platform: str) -> str:
    """The findings as ``--output-format json`` has them, the number of queries, and what went wrong.

    file is a name that tells of what kind the text is; platform is ``auto``, ``defender`` or ``sentinel``.  Nothing is
    read but the catalogue: no configuration holds.
    """
    FILES.make_those_that_all_need()
    settings = AllSettings(Configurations(isolated=True), Said(platform=platform))
    policy = Policy(settings, stale=False)
    policy.prepare([file])
    with observed(FILES.make):
        report = lint_file(file, settings.of(file).options, lambda path: Source(path, text))
    policy.judge(report)
    output = create("json", Style())
    findings = output.begin() + output.report(report) + output.end(Summary())
    answer = {"findings": json.loads(findings), "queries": len(report.queries), "errors": report.errors}
    return json.dumps(answer)

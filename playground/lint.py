"""What the playground's worker calls: a text in, what kql-lint finds in it out, as JSON."""

from __future__ import annotations

import json
import os
import sys
import zipfile

from kql_lint import resources
from kql_lint.config import Configurations
from kql_lint.output import Style, Summary, create
from kql_lint.policy.apply import Policy
from kql_lint.policy.settings import AllSettings, Said
from kql_lint.reading import observed
from kql_lint.runner import lint_file
from kql_lint.source import Source

MADE = 1_700_000_000
"""When all files of the catalogue were made, in seconds: the cache beside them is that of files of this age."""

IN_BROWSER = sys.platform == "emscripten"
if IN_BROWSER:  # there are no users, and the cache is asked whose it is
    os.geteuid = lambda: os.stat(os.path.dirname(__file__)).st_uid


HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "tables.zip")


def age() -> None:
    """Gives the files of the catalogue the age that their cache was made for; unpacking gives them another."""
    for folder, _, names in os.walk(resources.catalog_folder()):
        for name in names:
            os.utime(os.path.join(folder, name), (MADE, MADE))


class Tables:
    """The files of tables and their cache, each unpacked when it is first looked at: most are never asked for."""

    def __init__(self) -> None:
        self._archive = zipfile.ZipFile(TABLES) if os.path.exists(TABLES) else None  # none while it is being built
        self._packed = {*self._archive.namelist()} if self._archive is not None else set()

    def unpack(self, path: str) -> None:
        """Puts a file in its place if it is one of the archive's."""
        name = os.path.relpath(path, HERE)
        if name in self._packed and self._archive is not None:
            self._packed.remove(name)
            os.utime(self._archive.extract(name, HERE), (MADE, MADE))


if IN_BROWSER:
    age()
_TABLES = Tables()


def lint(file: str, text: str, platform: str) -> str:
    """The findings as ``--output-format json`` has them, the number of queries, and what went wrong.

    file is a name that tells of what kind the text is; platform is ``auto``, ``defender`` or ``sentinel``.  Nothing is
    read but the catalogue: no configuration holds.
    """
    settings = AllSettings(Configurations(isolated=True), Said(platform=platform))
    policy = Policy(settings, stale=False)
    policy.prepare([file])
    with observed(_TABLES.unpack):
        report = lint_file(file, settings.of(file).options, lambda path: Source(path, text))
    policy.judge(report)
    output = create("json", Style())
    findings = output.begin() + output.report(report) + output.end(Summary())
    answer = {"findings": json.loads(findings), "queries": len(report.queries), "errors": report.errors}
    return json.dumps(answer)

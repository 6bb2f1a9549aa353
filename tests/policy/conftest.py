from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kql_lint.config import Configurations
from kql_lint.policy.apply import Policy
from kql_lint.policy.settings import AllSettings, Said
from kql_lint.runner import FileReport, lint_file
from kql_lint.source import Source

Judge = Callable[..., FileReport]


@pytest.fixture
def judge(project: object) -> Judge:
    """Lints a text and judges what is found, by the configuration of the working folder."""

    def call(
        text: str, path: str = "a.kql", *, today: date = date(2026, 6, 15), said: Said | None = None
    ) -> FileReport:
        settings = AllSettings(Configurations(), said)
        report = lint_file(path, settings.of(path).options, lambda path: Source(path, text))
        Policy(settings, today=lambda: today).judge(report)
        return report

    return call

"""The files that open texts depend on besides themselves, and whether one of them has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import CatalogueError
from kql_lint.catalogue.overlays import overlay_files
from kql_lint.config.find import OWN_NAMES, SHARED_NAME
from kql_lint.globs import Glob, Steps, TooMuch
from kql_lint.repository import is_top

if TYPE_CHECKING:
    from kql_lint.runner import FileReport, Options

IGNORED = ".gitignore"
SETTINGS = frozenset((*OWN_NAMES, SHARED_NAME, IGNORED))
"""The names of files that say what holds for those below."""

Stamp = tuple[int, int]


class Dependent(NamedTuple):
    """A text that was linted: how, with which baseline, and what of its report tells what else was read."""

    path: str
    options: Options
    baseline: str | None
    report: FileReport | None


def concerns(path: str, texts: Iterable[Dependent]) -> bool:
    """Whether what some texts report may change with a file; path is absolute."""
    if os.path.basename(path) in SETTINGS:
        return True
    real = os.path.realpath(path)
    return any(_names(one, path, real) for one in texts)


def _names(text: Dependent, path: str, real: str) -> bool:
    if path == text.baseline or path in _companions(text):
        return True
    for named in map(os.path.realpath, text.options.catalog):
        if real == named or real.startswith(os.path.join(named, "")):
            return True
    try:
        return any(Glob(pattern).matches(real, Steps()) for pattern in text.options.functions)
    except TooMuch:
        return True


def stamps(texts: Iterable[Dependent]) -> dict[str, Stamp | None]:
    """The files that texts depend on, with what tells one state of each from another; None for one that is not there.

    LIMIT: a file that is written twice within the resolution of its time, at the same size, is taken for unchanged.
    """
    found: dict[str, Stamp | None] = {}
    for text in texts:
        for path in _files(text):
            if path not in found:
                found[path] = _stamp(path)
    return found


def _stamp(path: str) -> Stamp | None:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    return about.st_mtime_ns, about.st_size


def _files(text: Dependent) -> Iterator[str]:
    folder = os.path.dirname(text.path)
    while True:
        yield from (os.path.join(folder, name) for name in sorted(SETTINGS))
        parent = os.path.dirname(folder)
        if parent == folder or is_top(folder):
            break
        folder = parent
    yield from _companions(text)
    if text.baseline is not None:
        yield text.baseline
    try:
        yield from overlay_files(text.options.catalog, text.options.within)
        steps = Steps()
        for pattern in text.options.functions:
            yield from Glob(pattern).files(lambda _: False, steps)
    except (CatalogueError, TooMuch, OSError):
        return  # that is a trouble, which is shown, and looked at again with the next reload


def _companions(text: Dependent) -> list[str]:
    folder = os.path.dirname(text.path)
    named = text.report.companions if text.report is not None else ()
    return [os.path.normpath(os.path.join(folder, *name.split("/"))) for name, _ in named]

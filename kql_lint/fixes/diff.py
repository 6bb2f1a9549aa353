"""What fixes change in a text, as a unified diff."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_CONTEXT = 3
# A diff of so many lines that differ is not looked for: they are all taken out, and put in as they are now.
_MOST = 2_000
_NO_END = "\\ No newline at end of file"


def unified(path: str, before: str, after: str) -> list[str]:
    """The lines of a diff, without their line ends; none where nothing has changed.

    Lines are compared with their line ends, and shown without.
    """
    old, new = _LINE.findall(before), _LINE.findall(after)
    if old == new:
        return []
    first = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    most = min(len(old), len(new)) - first
    last = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    lines = [f"--- {path}", f"+++ {path}"]
    for hunk in _hunks(old, new, first, last):
        lines += _shown(hunk, old, new)
    return lines


_Change = tuple[str, int, int, int, int]


def _hunks(old: list[str], new: list[str], first: int, last: int) -> list[list[_Change]]:
    """Groups of changes, each with what stands around them, as difflib gives them."""
    from difflib import SequenceMatcher

    a, b = old[first : len(old) - last], new[first : len(new) - last]
    if max(len(a), len(b)) > _MOST:
        changes: list[_Change] = [("replace", first, len(old) - last, first, len(new) - last)]
    else:
        matched = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        changes = [(tag, i + first, j + first, k + first, m + first) for tag, i, j, k, m in matched]
    around: list[_Change] = [("equal", max(first - _CONTEXT, 0), first, max(first - _CONTEXT, 0), first)]
    behind: list[_Change] = [
        (
            "equal",
            len(old) - last,
            min(len(old) - last + _CONTEXT, len(old)),
            len(new) - last,
            min(len(new) - last + _CONTEXT, len(new)),
        )
    ]
    return _grouped([*around, *changes, *behind])


def _grouped(changes: list[_Change]) -> list[list[_Change]]:
    """Cuts up where more than twice the context is equal."""
    groups: list[list[_Change]] = [[]]
    for number, (tag, i, j, k, m) in enumerate(changes):
        if tag == "equal" and j - i > 2 * _CONTEXT and 0 < number < len(changes) - 1:
            groups[-1].append((tag, i, i + _CONTEXT, k, k + _CONTEXT))
            groups.append([(tag, j - _CONTEXT, j, m - _CONTEXT, m)])
        elif j > i or m > k:
            groups[-1].append((tag, i, j, k, m))
    return groups


def _shown(hunk: list[_Change], old: list[str], new: list[str]) -> list[str]:
    _, i, _, k, _ = hunk[0]
    _, _, j, _, m = hunk[-1]
    lines = [f"@@ -{_range(i, j)} +{_range(k, m)} @@"]
    for tag, start, end, begin, stop in hunk:
        if tag == "equal":
            lines += _with_sign(" ", old[start:end])
        else:
            lines += _with_sign("-", old[start:end]) + _with_sign("+", new[begin:stop])
    return lines


def _with_sign(sign: str, lines: list[str]) -> list[str]:
    shown = []
    for line in lines:
        bare = line.rstrip("\r\n")
        shown.append(sign + bare)
        if bare == line:
            shown.append(_NO_END)
    return shown


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"

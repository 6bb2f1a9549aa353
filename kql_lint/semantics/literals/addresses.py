"""IPv4 addresses and ranges in the arguments of ``ipv4_is_in_range()`` and its like.

https://learn.microsoft.com/kusto/query/ipv4-is-in-range-function: four numbers up to 255, a prefix length up to 32.
A text that is not made of digits, dots and a slash is not judged; nor is one of fewer than four numbers.
"""

from __future__ import annotations

import re

from kql_lint.semantics.literals.problem import Problem, shown

_ADDRESS = re.compile(r"\s*(\d+(?:\.\d+)+)(\.?)(?:/(\d+))?\s*")


def address(text: str) -> Problem | None:
    """What is wrong with the text of an IPv4 address, range (``10.0.0.0/8``) or prefix (``10.0.``)."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    what = f'"{shown(text.strip())}" is no IPv4 {"address" if found[3] is None else "range"}'
    numbers = list(re.finditer(r"\d+", found[1]))
    for number in numbers:
        if _above(number[0], 255):
            start = found.start(1) + number.start()
            return Problem(start, start + len(number[0]), f"{what}: {shown(number[0])} is above 255")
    if len(numbers) > 4:
        return Problem(*found.span(1), f"{what}: it has {len(numbers)} numbers, not 4")
    if found[3] is not None and _above(found[3], 32):
        return Problem(*found.span(3), f"{what}: the prefix length goes up to 32, not {shown(found[3])}")
    return None


def _above(digits: str, limit: int) -> bool:
    bare = digits.lstrip("0") or "0"
    return len(bare) > 3 or int(bare) > limit

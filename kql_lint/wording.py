"""How messages name things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listing(items: Sequence[str], conjunction: str = "and", limit: int = 4) -> str:
    """``A``, ``A and B``, ``A, B and C``; past the limit ``A, B, C and 7 more``."""
    shown = list(items)
    if len(shown) > limit:
        shown, conjunction = [*shown[: limit - 1], f"{len(shown) - limit + 1} more"], "and"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def quoted(items: Iterable[str]) -> list[str]:
    """Each item between double quotes, as literals are shown in messages."""
    return [f'"{item}"' for item in items]


def did_you_mean(suggestions: Sequence[str]) -> str:
    """``; did you mean "A" or "B"?``, or nothing where there is no suggestion."""
    return f"; did you mean {listing(quoted(suggestions), 'or')}?" if suggestions else ""

"""How messages name things, and what every message is: one line of a bounded length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kql_lint.printable import escaped

# Code points.  Messages of ours have 200 at most, and help that lists words 400; beyond are names and strings of users.
LONGEST = 600


def one_line(text: str) -> str:
    """A message in one line: line ends, control and direction characters that it quotes are escapes (``\\n``).

    Of one that is longer than any of ours, the middle is left out.  So what is said of n places is not n times as long
    as what they share, such as the string of a variable.
    """
    if len(text) > 2 * LONGEST:
        text = f"{text[:LONGEST]}\u2026{text[-LONGEST:]}"  # the escapes of more are not wanted
    return shortened(escaped(text), LONGEST)


def shortened(text: str, limit: int) -> str:
    """A string of at most limit code points: of a longer one, the middle is left out."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]}\u2026{text[limit // 2 + 1 - limit :]}"


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

"""Files of the repository shown in a page, so that what people copy is what the tests try."""

from __future__ import annotations

import re
from collections.abc import Callable

# <!-- file: PATH -->, and the fence behind it whatever it holds now
_FENCE = re.compile(r"(<!-- file: (\S+) -->\n```[^\n]*\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)


def filled(page: str, read: Callable[[str], str]) -> str:
    """The page with every fence behind a ``<!-- file: PATH -->`` holding that file; read gives a file's text."""
    return _FENCE.sub(lambda match: match[1] + read(match[2]).rstrip("\n") + "\n" + match[4], page)


def names(page: str) -> list[str]:
    """The paths of the files that a page shows."""
    return [match[2] for match in _FENCE.finditer(page)]

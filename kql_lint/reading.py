"""The content of files and streams that others wrote: regular files alone, and never more than a limit.  A leaf.

Everything that kql-lint reads of a tree comes through here.  A device can be endless, a named pipe waits for a writer
that never comes, and a file that is past its limit is no rule and no configuration but a mistake, or an attack.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import BinaryIO, NamedTuple


class Kind(NamedTuple):
    """A kind of file: what messages call one, and the bytes that one has at most."""

    name: str
    limit: int


# Above the 5-MB files that must be linted.
RULE = Kind("a rule", 10_000_000)
CONFIGURATION = Kind("a configuration", 1_000_000)
FUNCTIONS = Kind("a file of functions", 10_000_000)
CATALOGUE = Kind("a file of the catalogue", 10_000_000)
# Some 200,000 findings: more than the largest rule repositories have queries.
BASELINE = Kind("a baseline", 50_000_000)
IGNORE = Kind("a .gitignore file", 1_000_000)
# A whole workspace's schema has some 20 MB.
EXPORT = Kind("an export", 100_000_000)


class Unreadable(Exception):
    """A file that can't be read: why, and the 1-based line and column (in code points) where that is known.

    message completes a sentence that begins with the file's name.  missing: there is none.  too_large: it was not even
    tried, since it has more bytes than its kind may have.  glimpse is the ASCII in a file that is in an encoding which
    is not read; None where that is not the reason.
    """

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        *,
        missing: bool = False,
        too_large: bool = False,
        glimpse: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.missing = missing
        self.too_large = too_large
        self.glimpse = glimpse


_observer: ContextVar[Callable[[str], None] | None] = ContextVar("observer", default=None)


@contextmanager
def observed(observer: Callable[[str], None]) -> Iterator[None]:
    """Within it, observer is called with the path of each file and folder before it is looked at.

    It hears of those that are not there too, and of folders before they are listed: whatever changes what a run finds
    is a change of one of these.  What other processes look at is not heard of.
    """
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def looks_at(path: str) -> None:
    """Tells whoever observes that the file or folder at a path is about to be looked at; read_file does so itself."""
    observer = _observer.get()
    if observer is not None:
        observer(path)


def read_file(path: str, kind: Kind) -> bytes:
    """The content of a regular file, links followed.

    Raises Unreadable for a folder, a device, a pipe or a socket, for more bytes than the kind allows, and for whatever
    the operating system refuses.
    """
    looks_at(path)
    try:
        # A look before opening: to open a device can do something, such as rewind a tape.
        _check(os.stat(path), kind)
        # And one afterwards: it may have become another file meanwhile.  No opening waits for a writer.
        with open(path, "rb", opener=_open) as file:
            about = os.fstat(file.fileno())
            _check(about, kind)
            return _content(file, about.st_size, kind)
    except FileNotFoundError:
        raise Unreadable("no such file", missing=True) from None
    except ValueError:
        raise Unreadable("cannot be read: no file can have this name") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from None


def read_stream(stream: BinaryIO, kind: Kind) -> bytes:
    """All that comes on a stream, such as standard input; raises Unreadable for more bytes than the kind allows."""
    try:
        data = stream.read(kind.limit + 1) or b""  # None: it is one that does not wait, and there is nothing yet
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from None
    check_size(data, kind)
    return data


def check_size(data: bytes, kind: Kind) -> None:
    """Raises Unreadable for more bytes than the kind allows."""
    if len(data) > kind.limit:
        # One byte more is all that is read of what has no size of its own.
        raise _too_large(len(data) if len(data) > kind.limit + 1 else None, kind)


def read_text(path: str, kind: Kind) -> str:
    """The text of a UTF-8 file, with a byte order mark or without, its line ends as they are.

    Raises Unreadable as read_file does, and with the place of the first byte that is not UTF-8.
    """
    data = read_file(path, kind).removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        raise Unreadable("is not UTF-8", data.count(b"\n", 0, error.start) + 1, column) from None


def reason(error: OSError) -> str:
    """What the operating system says, in lower case: to stand behind a colon."""
    said = error.strerror or str(error)
    return f"{said[:1].lower()}{said[1:]}"


def _open(path: str, flags: int) -> int:
    # Windows has none of these.
    wanted = ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC")
    return os.open(path, flags | sum(getattr(os, name, 0) for name in wanted))


def _check(about: os.stat_result, kind: Kind) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise Unreadable("is a directory, not a file")
    if not stat.S_ISREG(about.st_mode):
        found = _SPECIAL.get(stat.S_IFMT(about.st_mode), "a special file")
        raise Unreadable(f"is {found}, not a regular file")
    if about.st_size > kind.limit:
        raise _too_large(about.st_size, kind)


_SPECIAL = {
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
}


def _content(file: BinaryIO, size: int, kind: Kind) -> bytes:
    data = file.read(size + 1) or b""
    # It has grown, or it is one that has no size, as those of /proc.
    if len(data) > size:
        data += file.read(kind.limit + 1 - len(data)) or b""
    check_size(data, kind)
    return data


def _too_large(size: int | None, kind: Kind) -> Unreadable:
    limit = f"{kind.limit / 1e6:g} MB"
    told = f"more than {limit}" if size is None else f"{size / 1e6:.1f} MB, and the limit is {limit}"
    return Unreadable(f"is too large to be {kind.name}: {told}", too_large=True)

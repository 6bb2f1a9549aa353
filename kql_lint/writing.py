"""Files that are written whole or not at all.  A leaf: imports nothing of the project.

A file is written beside its place, under a name of its own (``NAME.01234567.tmp``), and then put there.  While it is
written it is locked, where the system can do that: what is left of a run that was killed is locked no more, and the
next one that writes the same file takes it away.
"""

from __future__ import annotations

import os
import stat
import time

_SUFFIX = ".tmp"
_UNIQUE_BYTES = 4
_HEX = frozenset("0123456789abcdef")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# After so long nobody is writing it, even if it can't be told.
_OLD = 24 * 60 * 60.0


def begin(path: str, mode: int | None = None) -> tuple[str, int]:
    """Makes a temporary file beside another: its path, and the open descriptor, to be written to and closed.

    mode are the permissions to begin with, None for those of any new file.  Raises OSError, and ValueError for a name
    that no file can have.
    """
    for last in (False, False, True):
        temporary = f"{path}.{os.urandom(_UNIQUE_BYTES).hex()}{_SUFFIX}"
        descriptor = os.open(temporary, _NEW, 0o666 if mode is None else mode)
        # Another run may take it for a leftover before it is locked.
        if last or (_locked(descriptor) is not False and os.fstat(descriptor).st_nlink):
            break
        os.close(descriptor)
    return temporary, descriptor


def replace_file(path: str, data: bytes, mode: int | None = None) -> None:
    """Gives a file this content, also when several processes do at once; whatever breaks off leaves the old one.

    Its folder has to be there.  mode are the file's permissions, None for those of any new file.  Raises OSError, and
    ValueError for a name that no file can have.
    """
    temporary, descriptor = begin(path, None if mode is None else mode & 0o700)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        forget(temporary)
        raise


def forget(path: str) -> None:
    """Takes a file away, if it is there.  Never raises."""
    try:
        os.unlink(path)
    except (OSError, ValueError):
        return


def clear_leftovers(path: str) -> None:
    """Takes away the temporary files that runs which were killed left beside a file.  Never raises."""
    folder, name = os.path.split(path)
    try:
        there = os.listdir(folder or ".")
    except (OSError, ValueError):
        return
    for found in there:
        if is_temporary(found, name):
            _clear(os.path.join(folder, found))


def is_temporary(found: str, name: str) -> bool:
    """Whether a file's name is one that begin gives to a temporary file beside that of the other name."""
    unique = found[len(name) + 1 : -len(_SUFFIX)]
    return found == f"{name}.{unique}{_SUFFIX}" and len(unique) == 2 * _UNIQUE_BYTES and _HEX.issuperset(unique)


def _clear(temporary: str) -> None:
    """Takes a temporary file away, unless it is written to, or is not a file of this user's."""
    try:
        about = os.lstat(temporary)
        if not stat.S_ISREG(about.st_mode) or (hasattr(os, "geteuid") and about.st_uid != os.geteuid()):
            return
        descriptor = os.open(temporary, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return
    try:
        if _locked(descriptor) or time.time() - about.st_mtime > _OLD:
            forget(temporary)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool | None:
    """Locks a file: False where another process has it locked, None where there are no locks."""
    try:
        import fcntl
    except ImportError:  # Windows, where a file that is open can't be taken away either
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without them
        return None
    return True

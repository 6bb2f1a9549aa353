"""Files that are written whole or not at all.  A leaf: imports nothing of the project."""

from __future__ import annotations

import os


def replace_file(path: str, data: bytes, mode: int | None = None) -> None:
    """Gives a file this content, also when several processes do at once; whatever breaks off leaves the old one.

    Its folder has to be there.  mode are the file's permissions, None for those of any new file.  Raises OSError, and
    ValueError for a name that no file can have.
    """
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
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

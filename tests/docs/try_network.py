"""`make try-docs`: runs the pages whose commands download something, these commands included.

It clones this checkout as it is committed, installs it with pipx, and has the real pre-commit run the hooks.  pipx must
be on the path.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from recipe import Block, differences, steps

ROOT = Path(__file__).parents[2]
PAGES = ("tutorial.md", "how-to/pre-commit.md")


def main() -> int:
    """0 if every page keeps its promises."""
    settings = Path.home() / ".config" / "pip" / "pip.conf"  # the pages are run with another home
    if settings.exists():
        os.environ.setdefault("PIP_CONFIG_FILE", str(settings))
    failed = False
    for name in PAGES:
        page = (ROOT / "docs" / name).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            found = differences(page, Path(folder), ROOT, network=True)
            number = sum(not isinstance(step, Block) for step in steps(page, network=True))
            print(f"{name}: {number} commands run, {len(found)} not as promised", *found, sep="\n")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

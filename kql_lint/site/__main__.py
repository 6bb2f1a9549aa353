"""``python -m kql_lint.site [ROOT]``: renews all generated documentation of the checkout at ROOT."""

from __future__ import annotations

import sys

from kql_lint.site.files import write

if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else ".")

"""The one place that knows where grammar/ and catalog/ are.

In a checkout they lie beside the package; an installed wheel has them inside it, as ``kql_lint/_data/``.
"""

from __future__ import annotations

import os

# LIMIT: the package has to lie in a folder; revisit if anybody runs it from a zip file.
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def grammar_folder() -> str:
    """The absolute path of grammar/.  Raises FileNotFoundError when the installation lacks it."""
    return _folder("grammar", "kql.lark")


def catalog_folder() -> str:
    """The absolute path of catalog/.  Raises FileNotFoundError when the installation lacks it."""
    return _folder("catalog", "index.tsv")


def _folder(name: str, witness: str) -> str:
    """witness: a file that the folder has to hold, since site-packages may have a folder of that name by chance."""
    for parent in (os.path.join(_PACKAGE, "_data"), os.path.dirname(_PACKAGE)):
        folder = os.path.join(parent, name)
        if os.path.exists(os.path.join(folder, witness)):
            return folder
    raise FileNotFoundError(f"the installation of kql-lint is incomplete: {name}/{witness} is missing")

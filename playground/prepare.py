"""Run by the build, on the Python that the browser will have: compiles the modules, and reads the catalogue once.

To compile 250 modules and to parse YAML in Python take seconds there; what comes out is the same on every machine.
"""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import sys
import zipfile
from collections.abc import Callable

FOLDER = "/kql"
# What the page unpacks file by file, when it is first asked for.
LAZY = ("kql_lint/_data/catalog/defender/", "kql_lint/_data/catalog/sentinel/", "cache/")


def prepare(examples: str) -> str:
    """Makes FOLDER what is packed, tries it on the examples (JSON), and gives what it found in each."""
    import lint

    from kql_lint import cachedir, resources
    from kql_lint.catalogue import store

    for folder, _, names in os.walk(resources.catalog_folder()):
        for name in names:
            if name.endswith(".yaml"):
                store.load(os.path.join(folder, name))
    found = {one["title"]: json.loads(lint.lint(one["file"], one["text"], "auto")) for one in json.loads(examples)}
    assert cachedir.usable() is not None
    _compile()
    os.remove(os.path.join(FOLDER, "prepare.pyc"))
    _pack("/kql_lint.zip", lambda name: not name.startswith(LAZY))
    _pack("/tables.zip", lambda name: name.startswith(LAZY))
    return json.dumps(found)


def _pack(archive: str, wanted: Callable[[str], bool]) -> None:
    """Packs the files below FOLDER whose relative names are wanted."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for folder, _, names in sorted(os.walk(FOLDER)):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if wanted(relative := os.path.relpath(path, FOLDER)):
                    packed.writestr(zipfile.ZipInfo(relative), _content(path), zipfile.ZIP_DEFLATED)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _compile() -> None:
    """Puts a compiled module in the place of each source."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(FOLDER, quiet=1, legacy=True, invalidation_mode=unchecked):
        sys.exit("a module can't be compiled")
    for folder, folders, names in os.walk(FOLDER):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
            for name in os.listdir(os.path.join(folder, "__pycache__")):
                os.remove(os.path.join(folder, "__pycache__", name))
            os.rmdir(os.path.join(folder, "__pycache__"))
        for name in names:
            if name.endswith(".py"):
                os.remove(os.path.join(folder, name))

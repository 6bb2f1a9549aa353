"""Run by the build, on the Python that the browser will have: all that is the same on every machine is done here.

To compile 250 modules and to parse YAML in Python take seconds there, and so do their imports and a first query.
"""

from __future__ import annotations

import compileall
import gc
import importlib
import json
import os
import pkgutil
import py_compile
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
# What is read with `open`, and not imported.
DATA = ("kql_lint/_data", "cache")
# Of these a text needs what the examples need; of all others it depends on the text.
AS_USED = ("kql_lint.config", "kql_lint.docs", "kql_lint.output", "kql_lint.queries")


def compile_and_read() -> None:
    """Puts compiled modules and the cache of the catalogue beside what is in FOLDER."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(FOLDER, quiet=1, invalidation_mode=unchecked):
        sys.exit("a module can't be compiled")
    from kql_lint import cachedir, resources
    from kql_lint.catalogue import store

    _age()
    for folder, _, names in os.walk(resources.catalog_folder()):
        for name in names:
            if name.endswith(".yaml"):
                store.load(os.path.join(folder, name))
    assert cachedir.usable() is not None


def fill(examples: str) -> str:
    """Brings kql-lint and its files into memory, which is to be kept: what it finds in examples (JSON), by title."""
    import lint

    _age()
    importlib.import_module("yaml")
    for module in pkgutil.walk_packages([os.path.join(FOLDER, "kql_lint")], "kql_lint."):
        if not module.name.startswith(AS_USED):
            importlib.import_module(module.name)
    found = {one["title"]: json.loads(lint.lint(one["file"], one["text"], "auto")) for one in json.loads(examples)}
    for path in _data():
        with open(path, "rb") as file:
            content = file.read()
        # All YAML of the catalogue is in the cache: of the file itself, the size is all that is looked at.
        lint.FILES.keep(path, bytes(len(content)) if path.endswith(".yaml") else content)
    gc.collect()
    gc.freeze()
    return json.dumps(found)


def _age() -> None:
    """Gives the files of the catalogue the age that their cache is made for."""
    import lint

    for path in _data():
        os.utime(path, (lint.MADE, lint.MADE))


def _data() -> list[str]:
    folders = (os.path.join(FOLDER, *name.split("/")) for name in DATA)
    return [os.path.join(folder, name) for top in folders for folder, _, names in os.walk(top) for name in names]

"""The README's picture shows what kql-lint prints now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture() -> ModuleType:
    spec = importlib.util.spec_from_file_location("picture", ROOT / "tools" / "picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_of_today(picture: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    made = picture.svg(picture.output())

    written = (ROOT / "docs" / "images" / "check.svg").read_text(encoding="utf-8")
    assert written == made, "run: python tools/picture.py docs/images/check.svg"


def test_colours_columns_and_long_lines(picture: ModuleType) -> None:
    text = "\x1b[1mbold\x1b[0m  <plain> & \x1b[1;31merror\x1b[0m\n" + "x" * (picture.COLUMNS + 1)

    texts = list(ElementTree.fromstring(picture.svg(text)).iter(f"{SVG}text"))[2:]

    assert [(found.get("class"), found.text, found.get("x"), found.get("y")) for found in texts] == [
        ("b", "bold", "18", "67"),
        (None, "<plain> &", "66", "67"),
        ("e", "error", "146", "67"),
        (None, "x" * 116, "18", "86"),
        (None, "x", "18", "105"),
    ]
    assert texts[1].get("textLength") == "72"

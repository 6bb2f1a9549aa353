"""The places in TOML: whatever a sound text looks like, every key and every item has one, and it is right."""

from __future__ import annotations

import json
import re
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.config.toml import locate

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
BLANK = st.sampled_from(["", " ", "\t", "  "])
SPACE = st.sampled_from(["", " ", "\n", "\r\n  ", " # [a comment] = {\n", "\n\n\t"])


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True),
    WORDS.map(quoted),
    WORDS.filter(lambda text: "'" not in text).map(lambda text: f"'{text}'"),
)
TEXTS = st.one_of(
    WORDS.map(quoted),
    st.sampled_from(
        ["'it is [here] = 1'", '"""\nname = "a"\n[table]\n"""', "'''\n[[x]]\n'''", '"""a "" b"""', '"\\\\"']
    ),
)
PLAIN = st.one_of(
    TEXTS, st.integers(-9, 99999).map(str), st.sampled_from(["true", "1.5e3", "inf", "1979-05-27 07:32:00", "07:32:00"])
)


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    text = "".join(draw(SPACE) + item + draw(SPACE) + "," for item in items)
    return "[" + (text if draw(st.booleans()) else text[:-1]) + draw(SPACE) + "]"


@st.composite
def tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(KEYS, max_size=3))
    parts = [draw(BLANK) + key + draw(BLANK) + "=" + draw(BLANK) + draw(inner) + draw(BLANK) for key in keys]
    return "{" + ",".join(parts) + "}"


VALUES = st.recursive(PLAIN, lambda inner: st.one_of(arrays(inner), tables(inner)), max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        key = draw(st.lists(KEYS, min_size=1, max_size=3).map(".".join))
        kind = draw(st.sampled_from(["entry", "entry", "table", "tables"]))
        if kind == "entry":
            lines.append(f"{draw(BLANK)}{key}{draw(BLANK)}={draw(BLANK)}{draw(VALUES)}{draw(BLANK)}")
        else:
            lines.append(f"[{key}]" if kind == "table" else f"[[{key}]]")
        lines.append(draw(st.sampled_from(["", "# a comment = [", "\t"])))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def paths(value: object, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [keys] if keys else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += paths(inner, (*keys, key))
    return found


def value_at(value: object, keys: tuple[str | int, ...]) -> object:
    for key in keys:
        assert isinstance(value, dict | list)
        value = value[key]  # type: ignore[index, call-overload]
    return value


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents())
def test_every_key_and_item_of_a_sound_text_has_its_place(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a key that is there twice, for instance

    marks = locate(text)

    assert set(paths(values)) == set(marks)
    for keys, mark in marks.items():
        key, value = keys[-1], value_at(values, keys)
        if isinstance(key, str) and text[mark.key] != "[":
            written = re.match(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""", text[mark.key :])
            assert written is not None
            assert tomllib.loads(f"{written[0]} = 1") == {key: 1}
        if isinstance(value, str | bool | int | float) and text[mark.key] != "[":
            assert text[mark.value] in ('"', "'", "t", "f", str(value)[:1])

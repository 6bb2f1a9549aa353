"""The HTML report, read back by a parser.  What it looks like, and that its filters work, was tried in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.output.html import Html
from kql_lint.output.html_parts import rendered
from kql_lint.output.paths import Paths
from kql_lint.rules import RULES

from .example import one, reports, written

REPO = Paths("/repo")
VOID = {"meta", "input", "br", "img"}


class Page(HTMLParser):
    """Elements with their attributes and all the text in them; an end without its beginning is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[int] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self.open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.elements[place][2].append(data)

    def all(self, tag: str, **attributes: str) -> list[tuple[dict[str, str], str]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            (found, "".join(text))
            for name, found, text in self.elements
            if name == tag and wanted.items() <= found.items()
        ]

    def texts(self, tag: str, **attributes: str) -> list[str]:
        return [text for _, text in self.all(tag, **attributes)]


def test_a_page_has_every_finding_with_its_place_and_what_to_do(project: Path) -> None:
    page = Page(written(Html(), reports(), ("gone: no such file",)))

    assert page.texts("h2") == [
        "rules/listener.kql",
        "rules/Löschen & mehr/typo.yaml",
        "rules/broken.kql",
        "Not linted",
        "Rules",
        "Tables",
        "What the rules mean",
    ]
    first, second, third, note, broken = page.all("article")
    assert first[0] == {
        "class": "error",
        "data-severity": "error",
        "data-rule": "KL104",
        "data-tables": "DeviceNetworkEvents",
    }
    assert first[1] == (
        "error KL104 field-not-in-action-type line 4, column 31"
        "RemotePort is not recorded for ListeningConnectionCreated, so no row passes this filter"
        '| where ActionType == "ListeningConnectionCreated"ActionType is narrowed here'
        '| where "😀" != DeviceName and RemotePort == 4444'
        "it is recorded for ConnectionSuccess and ConnectionFailed"
    )
    assert page.texts("mark", class_="primary")[0] == "RemotePort"
    assert page.texts("mark", class_="related") == ['ActionType == "ListeningConnectionCreated"']
    assert page.texts("p", class_="fix") == [
        'replace by "ProcessCreated" (changes a filter that could not work as written)'
    ]
    assert page.texts("span", class_="query") == ["Typo, 100% | <b>"] * 2
    assert [each[0]["data-severity"] for each in (second, third, note, broken)] == ["error", "warning", "info", "error"]
    assert page.texts("li")[:2] == [
        "rules/failed.kql: internal error: ValueError: x: y, 10% at kql_lint.a:1 (b)",
        "gone: no such file",
    ]


def test_it_counts_by_severity_rule_and_table(project: Path) -> None:
    page = Page(written(Html(), reports()))

    boxes = page.all("input", name="severity")
    assert [attributes["value"] for attributes, _ in boxes] == ["error", "warning", "info"]
    assert page.texts("b") == ["3", "1", "1"]
    rows = [tuple(re.findall(r"^(.*?)(\d+)$", text)[0]) for text in page.texts("tr") if text[-1:].isdigit()]
    assert rows[-3:] == [("(no table)", "2"), ("DeviceProcessEvents", "2"), ("DeviceNetworkEvents", "1")]
    assert ("KL104 field-not-in-action-type", "1") in rows
    # Every value to filter by is one that findings have.
    for name, attribute in (("rule", "data-rule"), ("table", "data-tables")):
        offered = {found["data-value"] for found, _ in page.all("button", data_filter=name)}
        assert offered == {found[attribute] or "-" for found, _ in page.all("article")}


def test_it_asks_the_network_for_nothing(project: Path) -> None:
    text = written(Html(), reports())
    page = Page(text)

    assert not re.findall(r"""(?:src|srcset|href|action)=["'](?!#)""", text)
    assert "@import" not in text
    assert "url(" not in text
    assert len(page.all("script")) == 1
    (policy,) = (found["content"] for found, _ in page.all("meta", http_equiv="Content-Security-Policy"))
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='", policy)
    assert not [found for _, found, _ in page.elements if {"style", "onclick"} & found.keys()]


def test_places_are_links_where_the_repository_has_an_address() -> None:
    page = Page(written(Html("https://git.example/x", REPO), [one("T |\nOdd", "Odd", path="/repo/a b.kql")]))

    assert page.all("a", class_="place") == [
        ({"class": "place", "href": "https://git.example/x/a%20b.kql#L2"}, "line 2, column 1")
    ]


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=20)
    | st.sampled_from(
        ["</script><script>alert(1)</script>", '"><img src=x onerror=x>', "<!--", "&lt;b&gt;", "</article>"]
    )
)
def test_nothing_that_a_file_holds_is_markup(text: str) -> None:
    text = text.replace("\r", "").replace("\n", "").replace("\0", "")
    clean = Page(written(Html("", REPO), [one("T | Odd x", "Odd", "odd", path="/repo/x.kql")]))

    page = Page(
        written(Html("", REPO), [one(f"T | Odd {text}", "Odd", text, path=f"/repo/x{text.replace('/', '')}.kql")])
    )

    assert [tag for tag, _, _ in page.elements] == [tag for tag, _, _ in clean.elements]


def test_a_long_line_is_shown_around_the_mark() -> None:
    page = Page(written(Html("", REPO), [one("x" * 5000 + "Odd" + "y" * 5000, "Odd")]))

    (line,) = page.texts("span", class_="line")
    assert line == f"…{'x' * 100}Odd{'y' * 197}…"


def test_a_finding_over_many_lines_is_shown_by_its_first() -> None:
    page = Page(written(Html("", REPO), [one("T\n" + "  | take 1\n" * 20, "T\n" + "  | take 1\n" * 20)]))

    assert page.texts("span", class_="line") == ["T", *["  | take 1"] * 7]
    assert page.texts("mark") == ["T", *["| take 1"] * 7]


def test_the_page_of_every_rule_can_be_shown() -> None:
    for rule in RULES:
        page = Page(rendered(rule.documentation))
        assert page.texts("h4")[0] == "Bad"
        assert "```" not in "".join(page.texts("p") + page.texts("li"))
        assert all(code.strip() for code in page.texts("code"))


def test_the_script_finds_what_it_looks_for(project: Path) -> None:
    page = Page(written(Html(), reports()))
    (script,) = page.texts("script")

    for name in re.findall(r'getElementById\("(\w+)"\)', script):
        assert any(found.get("id") == name for _, found, _ in page.elements), name
    fields = re.findall(r"const \{ (.*?) \} = form\.elements", script)[0].split(", ")
    for name in [*fields, *re.findall(r"\[name=(\w+)\]", script)]:
        assert any(found.get("name") == name for _, found, _ in page.elements), name
    for name in set(re.findall(r"dataset\.(\w+)", script)):
        assert any(f"data-{name}" in found for _, found, _ in page.elements), name


def test_a_clean_run_has_no_filters() -> None:
    page = Page(written(Html("", REPO), []))

    assert page.texts("p", class_="sentence") == ["No findings in 0 files (0 queries)."]
    assert page.all("form") == []
    assert page.texts("article") == []

"""Which keys a query reads from the bags of a table."""

from __future__ import annotations

import pytest

from kql_lint.catalogue import Catalogue
from kql_lint.engine import analyze


def keys(query: str) -> list[tuple[str, list[str]]]:
    """Each key that is read, with the columns that its bag may be of."""
    bound = analyze(query).bound
    assert bound is not None
    return [
        (read.key, [f"{origin.row.name}.{origin.column}" for origin in read.origins])
        for read in bound.facts.key_reads
        if read.node.start >= 0
    ]


BAG = ["AlertEvidence.AdditionalFields"]


@pytest.mark.parametrize(
    "query",
    [
        "AlertEvidence | project parse_json(AdditionalFields).Key",
        "AlertEvidence | project todynamic(AdditionalFields).Key.Below",
        'AlertEvidence | project parse_json(AdditionalFields)["Key"]',
        "AlertEvidence | project parse_json(AdditionalFields)['Key'][0].Below",
        "AlertEvidence | project parse_json(tostring(AdditionalFields)).['Key']",
        'AlertEvidence | project extract_json("$.Key.Below", AdditionalFields)',
        "AlertEvidence | project extractjson(\"$['Key']\", tostring(AdditionalFields), typeof(string))",
        "AlertEvidence | extend B = parse_json(AdditionalFields) | where tostring(B.Key) has 'x'",
        "AlertEvidence | extend B = todynamic(AdditionalFields) | summarize count() by tostring(B.Key)",
        "AlertEvidence | extend B = todynamic(AdditionalFields) | project-rename C = B | project C.Key",
        "AlertEvidence | extend B = todynamic(AdditionalFields) | extend C = tostring(B) | project parse_json(C).Key",
        "AlertEvidence | extend B = todynamic(AdditionalFields) | top 1 by Timestamp | project B.Key",
        "let E = materialize(AlertEvidence | extend B = todynamic(AdditionalFields)); E | project B.Key",
        "let K = 'Key'; AlertEvidence | project parse_json(AdditionalFields)[K]",
        "let F = (bag: dynamic) { bag.Key }; AlertEvidence | project F(parse_json(AdditionalFields))",
        "let F = (T: (B: dynamic)) { T | project B.Key }; F((AlertEvidence | extend B = todynamic(AdditionalFields)))",
        "AlertInfo | join (AlertEvidence | extend B = parse_json(AdditionalFields)) on AlertId | project B.Key",
    ],
)
def test_one_key_of_one_bag(query: str) -> None:
    assert set(map(str, keys(query))) == {str(("Key", BAG))}


@pytest.mark.parametrize(
    "query",
    [
        "AlertEvidence | project parse_json(tolower(AdditionalFields)).Key",
        "AlertEvidence | project parse_json(strcat(AdditionalFields, '')).Key",
        "AlertEvidence | project parse_json(AdditionalFields)[0]",
        "AlertEvidence | project parse_json(AdditionalFields)[Title]",
        "AlertEvidence | mv-expand B = parse_json(AdditionalFields).Key | project B.Below",
        "AlertEvidence | project extract_json('$..Key', AdditionalFields)",
        "AlertEvidence | summarize B = make_bag(parse_json(AdditionalFields)) | project B.Key",
        "union isfuzzy=true Unknown_CL, (AlertEvidence | extend B = parse_json(AdditionalFields)) | project B.Key",
        "datatable (B: dynamic) [dynamic({})] | project B.Key",
    ],
)
def test_no_key_or_no_bag_of_a_table(query: str) -> None:
    assert [name for name, _ in keys(query) if name != "Key" or "mv-expand" not in query] == []


def test_a_union_s_bag_may_be_of_either_table() -> None:
    query = "union AlertEvidence, BehaviorEntities | project parse_json(AdditionalFields).Key"
    assert keys(query) == [("Key", ["AlertEvidence.AdditionalFields", "BehaviorEntities.AdditionalFields"])]


def test_a_string_has_no_keys() -> None:
    assert keys("AlertEvidence | project tostring(AdditionalFields).Key") == []


def test_a_reference_of_its_own_has_rows_of_its_own() -> None:
    query = "let E = DeviceEvents | extend B = parse_json(AdditionalFields);"
    bound = analyze(f"{query} E | join (E) on DeviceId | project B.Key, B1.Key").bound
    assert bound is not None
    rows = [origin.row for read in bound.facts.key_reads for origin in read.origins]
    assert len(rows) == len(set(rows)) == 2


def test_a_bag_comes_back_from_a_function_of_another_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("functions")
    (folder / "Parsed.kql").write_text("AlertEvidence | extend B = parse_json(AdditionalFields)")
    (folder / "own.yaml").write_text("functions:\n  Parsed: {path: Parsed.kql}\n")
    catalogue = Catalogue.with_overlays([str(folder / "own.yaml")])
    bound = analyze("Parsed | project B.Key", catalogue=catalogue).bound
    assert bound is not None
    assert [(read.key, read.origins[0].row.name) for read in bound.facts.key_reads] == [("Key", "AlertEvidence")]

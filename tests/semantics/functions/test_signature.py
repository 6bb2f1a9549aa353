"""The types of calls, and what table.tsv holds."""

from __future__ import annotations

from pathlib import Path

import pytest

import kql_lint.semantics.functions as functions
from kql_lint.semantics.functions import FunctionSignature, aggregate, plugin, scalar, source
from kql_lint.semantics.types import SCALAR_TYPES, UNKNOWN


def _scalar(name: str) -> FunctionSignature:
    found = scalar(name)
    assert found is not None
    return found


def _aggregate(name: str) -> FunctionSignature:
    found = aggregate(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "types", "result"),
    [
        ("strlen", ["string"], "long"),
        ("strcat", ["string", "long", "string"], "string"),
        ("tostring", ["dynamic"], "string"),
        ("toint", ["string"], "int"),
        ("tolong", ["string"], "long"),
        ("todouble", ["string"], "real"),
        ("todatetime", ["string"], "datetime"),
        ("parse_json", ["string"], "dynamic"),
        ("split", ["string", "string"], "dynamic"),
        ("ago", ["timespan"], "datetime"),
        ("now", [], "datetime"),
        ("hourofday", ["datetime"], "int"),
        ("dayofweek", ["datetime"], "timespan"),
        ("datetime_diff", ["string", "datetime", "datetime"], "long"),
        ("format_datetime", ["datetime", "string"], "string"),
        ("isempty", ["string"], "bool"),
        ("not", ["bool"], "bool"),
        ("ipv4_is_private", ["string"], "bool"),
        ("parse_ipv4", ["string"], "long"),
        ("geo_info_from_ip_address", ["string"], "dynamic"),
        ("hash_sha256", ["string"], "string"),
        ("new_guid", [], "guid"),
        ("rand", [], "real"),
        ("bin", ["long", "long"], "long"),
        ("bin", ["int", "int"], "long"),
        ("bin", ["long", "real"], "real"),
        ("bin", ["datetime", "timespan"], "datetime"),
        ("bin", ["timespan", "timespan"], "timespan"),
        ("bin", ["dynamic", "long"], "long"),
        ("bin", ["datetime", "dynamic"], "datetime"),
        ("bin", ["datetime", "long"], UNKNOWN),
        ("bin", [UNKNOWN, "timespan"], UNKNOWN),
        ("bin", [UNKNOWN, "long"], "long"),
        ("bin_at", ["datetime", "timespan", "datetime"], "datetime"),
        ("bin_auto", ["int"], "long"),
        ("floor", ["datetime", "timespan"], "datetime"),
        ("round", ["int", "long"], "int"),
        ("round", ["real"], "real"),
        ("abs", ["int"], "long"),
        ("abs", ["timespan"], "timespan"),
        ("abs", ["dynamic"], UNKNOWN),
        ("iff", ["bool", "long", "real"], "real"),
        ("iff", ["bool", "dynamic", "string"], "string"),
        ("iff", ["bool", "dynamic", "dynamic"], "dynamic"),
        ("iff", ["bool", "long", "string"], "dynamic"),
        ("iff", ["bool", UNKNOWN, "string"], UNKNOWN),
        ("iff", ["bool", "dynamic", UNKNOWN], UNKNOWN),
        ("case", ["bool", "dynamic", "bool", "dynamic", UNKNOWN], UNKNOWN),
        ("coalesce", ["long", UNKNOWN], UNKNOWN),
        ("max_of", ["string", UNKNOWN], UNKNOWN),
        ("case", ["bool", "int", "bool", "long", "decimal"], "decimal"),
        ("case", ["bool", "string", "dynamic"], "string"),
        ("coalesce", ["int", "long"], "long"),
        ("coalesce", ["dynamic", "string"], "dynamic"),
        ("coalesce", ["long", "string"], UNKNOWN),
        ("max_of", ["int", "long", "real"], "real"),
        ("max_of", ["dynamic", "long"], "long"),
        ("min_of", ["datetime", "datetime"], "datetime"),
        ("max_of", ["long", "string"], UNKNOWN),
        ("column_ifexists", ["string", "string"], "string"),
        ("prev", ["datetime"], "datetime"),
        ("next", ["string", "long", "string"], "string"),
        ("row_cumsum", ["real"], "real"),
        ("row_window_session", ["datetime", "timespan", "timespan", "bool"], "datetime"),
        ("array_slice", ["dynamic", "long", "long"], "dynamic"),
        ("pack_all", [], "dynamic"),
        ("map", [UNKNOWN, "string"], "dynamic"),
        ("node_degree_in", [], "long"),
        ("series_fit_line", ["dynamic"], "real"),  # the first of its columns
        ("array_sort_desc", ["dynamic"], "dynamic"),
    ],
)
def test_the_type_of_a_scalar_function(name: str, types: list[str], result: str) -> None:
    assert _scalar(name).return_type(types) == result


@pytest.mark.parametrize(
    ("name", "types", "result"),
    [
        ("count", [], "long"),
        ("dcount", ["string"], "long"),
        ("countif", ["bool"], "long"),
        ("sum", ["int"], "long"),
        ("sum", ["real"], "real"),
        ("sum", ["timespan"], "timespan"),
        ("sumif", ["decimal", "bool"], "decimal"),
        ("avg", ["int"], "real"),
        ("avg", ["decimal"], "decimal"),
        ("avg", ["timespan"], "timespan"),
        ("avg", ["datetime"], "datetime"),
        ("avg", ["dynamic"], UNKNOWN),
        ("min", ["int"], "int"),
        ("max", ["datetime"], "datetime"),
        ("maxif", ["string", "bool"], "string"),
        ("make_set", ["long"], "dynamic"),
        ("make_list_if", ["string", "bool"], "dynamic"),
        ("make_bag", ["dynamic"], "dynamic"),
        ("stdev", ["long"], "real"),
        ("percentile", ["int", "long"], "long"),
        ("percentile", ["decimal", "long"], "real"),
        ("percentiles_array", ["long", "long", "long"], "dynamic"),
        ("take_any", ["guid"], "guid"),
        ("take_anyif", ["string", "bool"], "string"),
        ("arg_max", ["datetime", "string"], "datetime"),
        ("count_distinct", ["string"], "long"),
    ],
)
def test_the_type_of_an_aggregate(name: str, types: list[str], result: str) -> None:
    assert _aggregate(name).return_type(types) == result


def test_a_type_argument_says_what_comes_out() -> None:
    extract = _scalar("extract")
    assert extract.return_type(["string", "long", "string"]) == "string"
    types = ["string", "long", "string", UNKNOWN]
    assert extract.return_type(types, [None, None, None, "long"]) == "long"
    assert extract.return_type(types, [None, None, None, "double"]) == "real"
    assert extract.return_type(types) == UNKNOWN


def test_names_are_found_by_kind_and_exact_case() -> None:
    assert scalar("StrLen") is None
    assert scalar("sum") is None
    assert aggregate("strlen") is None
    assert plugin("bag_unpack") is not None
    assert source("materialize") is not None
    assert scalar("FileProfile") is None
    assert {"strlen", "bin", "geo_distance_2points"} <= set(functions.names("scalar"))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("strlen", [1], [0, 2]),
        ("now", [0, 1], [2]),
        ("substring", [2, 3], [1, 4]),
        ("case", [3, 5, 7], [1, 2, 4, 6]),
        ("bag_pack", [2, 4, 6], [0, 1, 3]),
        ("coalesce", [2, 64], [1, 65]),
        ("strcat", [1, 64], [0, 65]),
        ("extract", [3, 4], [2, 5]),
    ],
)
def test_how_many_arguments_a_scalar_function_takes(name: str, right: list[int], wrong: list[int]) -> None:
    found = _scalar(name)
    assert [count for count in (*right, *wrong) if found.takes(count)] == right


def test_count_takes_a_column_as_the_service_does() -> None:
    count = _aggregate("count")
    assert count.takes(0)
    assert count.takes(1)
    assert all(
        overload.parameters[0].accepts("string", exactly=True) for overload in count.overloads if overload.parameters
    )
    assert not _aggregate("dcount").takes(0)


def test_the_limits_of_all_overloads_together() -> None:
    assert (_scalar("extract").min_args, _scalar("extract").max_args) == (3, 4)
    assert (_scalar("coalesce").min_args, _scalar("coalesce").max_args) == (2, 64)
    assert (_aggregate("arg_max").min_args, _aggregate("arg_max").max_args) == (1, None)


def test_what_a_parameter_accepts() -> None:
    (number, *_) = _scalar("sqrt").parameters
    assert [kind for kind in SCALAR_TYPES if number.accepts(kind, exactly=True)] == ["int", "long", "real", "decimal"]
    assert number.accepts("dynamic")
    assert number.accepts(UNKNOWN)
    assert not number.accepts("string")
    (pattern, *_) = _scalar("extract").parameters
    assert not pattern.accepts("long")


def test_arguments_are_given_to_their_parameters_in_order() -> None:
    (overload,) = _scalar("case").overloads
    assert [parameter.name for parameter in overload.assign(5)] == ["predicate", "then", "predicate", "then", "else"]
    (overload,) = _aggregate("percentilesw").overloads
    names = ["expr", "weight", "percentile", "percentile"]
    assert [parameter.name for parameter in overload.assign(4)] == names


def test_outdated_functions_name_what_replaces_them() -> None:
    assert _aggregate("makeset").replaced_by == ("make_set",)
    assert _scalar("replace").replaced_by == ("replace_regex", "replace_string")
    assert _scalar("replace_string").replaced_by == ()


def _rows() -> list[list[str]]:
    text = (Path(functions.__file__).parent / "table.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def test_the_table_is_sorted_and_has_no_row_twice() -> None:
    kinds = ["scalar", "aggregate", "plugin", "source"]
    keys = [(kinds.index(kind), name) for kind, name, *_ in _rows()]
    assert keys == sorted(keys)
    assert len(set(map(tuple, _rows()))) == len(_rows())
    assert {len(row) for row in _rows()} == {7}


def test_which_arguments_are_constants() -> None:
    """As Microsoft's language service has it for strings; of trim and bag_set_key the service's pages say nothing."""
    marked = {
        (name, place)
        for _, name, parameters, *_ in _rows()
        for place, word in enumerate(parameters.split(), 1)
        if word.split(":")[0].endswith("!")
    }
    assert marked == {
        ("column_ifexists", 1),
        ("columnifexists", 1),
        ("countof", 3),
        ("datepart", 1),
        ("datetime_add", 1),
        ("datetime_diff", 1),
        ("datetime_part", 1),
        ("extract", 1),
        ("extract_all", 1),
        ("extract_json", 1),
        ("extractall", 1),
        ("extractjson", 1),
        ("format_datetime", 2),
        ("format_timespan", 2),
        ("iscolumnexists", 1),
        ("replace", 1),
        ("replace", 2),
        ("replace_regex", 2),
        ("replace_regex", 3),
    }
    assert [parameter.name for _, parameter in _scalar("extract").wants_constant(3)] == ["regex"]
    assert _scalar("strlen").wants_constant(1) == []


def test_the_table_speaks_only_of_types_and_rules_that_exist() -> None:
    classes = {"any", "number", "integer", "summable", "orderable", "text", "array", "bag", "static", "discrete"}
    types = {*SCALAR_TYPES, *classes, "common", "column", "table", "typeof"}
    rules = {"first", "first+", "second", "widest", "common", "common-static", "common-orderable", "typeof", "tuple"}
    rules |= {"sorted", "percentiles", "percentiles-array", "any", "arg"}
    of_sources = {"table", "scalar", "cluster", "database", "graph", "entity_group"}
    for kind, name, _, returns, *_ in _rows():
        signature = {"scalar": scalar, "aggregate": aggregate, "plugin": plugin, "source": source}[kind](name)
        assert signature is not None
        for parameter in (parameter for overload in signature.overloads for parameter in overload.parameters):
            assert set(parameter.type.split("|")) <= types, (name, parameter.type)
        allowed = {"plugin": {"table"}, "source": of_sources}.get(kind, rules | set(SCALAR_TYPES))
        assert returns in allowed, (name, returns)


def test_plugin_templates_name_parameters_that_exist() -> None:
    for kind, name, _, _, _, template, _ in _rows():
        if kind != "plugin":
            continue
        signature = plugin(name)
        assert signature is not None
        known = {parameter.name for overload in signature.overloads for parameter in overload.parameters}
        words = template.replace("{#", "@").replace("{", "@").replace("}", " ").replace("-", " ").replace("|", " ")
        named = {piece.split("@")[-1] for piece in words.replace(":", " ").split() if "@" in piece}
        flags = {word.split("?")[0].lstrip("!") for word in template.split() if "?" in word}
        assert named | flags <= known, name

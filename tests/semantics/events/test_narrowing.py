"""Which ActionTypes a predicate keeps."""

from __future__ import annotations

import pytest

from kql_lint.catalogue import Catalogue
from kql_lint.semantics.events.narrowing import comparison, narrow
from kql_lint.semantics.scopes.scope import EVERYTHING, ActionTypeSet, Constant, Origin, Row, Value
from kql_lint.syntax import ast, parse

CATALOGUE = Catalogue.default()


def row(table: str) -> Row:
    return Row(table, CATALOGUE.tables(table), ast.Name(0, 0, table))


class Values:
    """Knows the columns of one or two rows, literals, and the lets of the query."""

    def __init__(self, *rows: Row) -> None:
        self.rows = rows
        self.lets: dict[str, Value] = {}

    def __call__(self, expression: ast.Expression) -> Value:
        if isinstance(expression, ast.Literal):
            return Value(expression.type, constants=(Constant(expression.value, expression),))
        if isinstance(expression, ast.Dynamic) and isinstance(expression.value, ast.JsonArray):
            constants = [constant for item in expression.value.items for constant in self(item).constants or ()]
            return Value("dynamic", constants=tuple(constants))
        if isinstance(expression, ast.Call) and expression.name.name in ("tolower", "toupper"):
            inner = self(expression.arguments[0])
            return Value("string", inner.origins, folded=expression.name.name.removeprefix("to"))
        if isinstance(expression, ast.Name):
            return self._name(expression.name)
        return Value()

    def _name(self, name: str) -> Value:
        if name == "ActionType":
            return Value("string", (Origin(self.rows[0], "ActionType"),))
        if name == "ActionType1":
            return Value("string", (Origin(self.rows[1], "ActionType"),))
        if name == "Either":
            return Value("string", tuple(Origin(row, "ActionType") for row in self.rows))
        if name == "Mixed":
            return Value("string", (Origin(self.rows[0], "ActionType"), Origin(self.rows[1], "FileName")))
        return self.lets.get(name, Value("string", (Origin(self.rows[0], name),)))


def predicate(text: str) -> ast.Expression:
    parsed = parse(f"T | where {text}")
    assert parsed.diagnostics == []
    statement = parsed.query.statements[0]
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    operator = statement.expression.operators[0]
    assert isinstance(operator, ast.Where)
    return operator.predicate


def kept(table: str, text: str, negated: bool = False, lets: dict[str, Value] | None = None) -> ActionTypeSet:
    rows = row(table)
    values = Values(rows)
    values.lets = lets or {}
    return narrow(predicate(text), {rows: EVERYTHING}, values, negated)[rows]


def only(*values: str) -> ActionTypeSet:
    return ActionTypeSet(frozenset(values), False)


def without(*values: str) -> ActionTypeSet:
    return ActionTypeSet(frozenset(values), True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ActionType == "FileCreated"', only("FileCreated")),
        ('"FileCreated" == ActionType', only("FileCreated")),
        ('(ActionType) == ("FileCreated")', only("FileCreated")),
        ('ActionType != "FileCreated"', without("FileCreated")),
        ('ActionType <> "FileCreated"', without("FileCreated")),
        ('"FileCreated" != ActionType', without("FileCreated")),
        ('ActionType in ("FileCreated", "FileDeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType in (dynamic(["FileCreated", "FileDeleted"]))', only("FileCreated", "FileDeleted")),
        ('ActionType !in ("FileCreated", "FileDeleted")', without("FileCreated", "FileDeleted")),
        ('ActionType =~ "filecreated"', only("FileCreated")),
        ('"filecreated" =~ ActionType', only("FileCreated")),
        ('ActionType !~ "filecreated"', without("FileCreated")),
        ('ActionType in~ ("FILECREATED", "filedeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType !in~ ("FILECREATED")', without("FileCreated")),
        ('ActionType has "FileCreated"', only("FileCreated")),
        ('ActionType : "filecreated"', only("FileCreated")),
        ('ActionType !has "FileCreated"', without("FileCreated")),
        ('ActionType contains "modif"', only("FileModified", "FileModifiedAggregatedReport")),
        ('ActionType startswith "filec"', only("FileCreated", "FileCreatedAggregatedReport")),
        ('ActionType startswith_cs "FileD"', only("FileDeleted")),
        ('ActionType endswith "deleted"', only("FileDeleted")),
        ('ActionType !endswith "deleted"', without("FileDeleted")),
        ('ActionType has_any ("filedeleted", "filecreated")', only("FileCreated", "FileDeleted")),
        ('ActionType has_all ("filedeleted")', only("FileDeleted")),
        ('ActionType matches regex "^FileD"', only("FileDeleted")),
        ('ActionType matches regex "(File)+Created"', only("FileCreated", "FileCreatedAggregatedReport")),
        ('tolower(ActionType) == "filedeleted"', only("FileDeleted")),
        ('toupper(ActionType) in ("FILEDELETED", "x")', only("FileDeleted")),
        ('tolower(ActionType) != "filedeleted"', without("FileDeleted")),
    ],
)
def test_operators(text: str, expected: ActionTypeSet) -> None:
    assert kept("DeviceFileEvents", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ActionType == "FileCreated" or ActionType == "FileDeleted"', only("FileCreated", "FileDeleted")),
        ('ActionType == "FileCreated" and FileName == "a.lnk"', only("FileCreated")),
        ('ActionType == "FileCreated" or FileName == "a.lnk"', EVERYTHING),
        ('not(ActionType == "FileCreated")', without("FileCreated")),
        ('not(not(ActionType == "FileCreated"))', only("FileCreated")),
        ('not(ActionType != "FileCreated" or FileName == "a.lnk")', only("FileCreated")),
        ('not(ActionType == "FileCreated" and FileName == "a.lnk")', EVERYTHING),
        ('not(ActionType != "FileCreated" and ActionType != "FileDeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType != "FileCreated" and ActionType !startswith "FileD"', without("FileCreated", "FileDeleted")),
        ('(ActionType == "FileCreated" and FileSize > 9) or (ActionType == "FileDeleted" and FileSize > 1)',
         only("FileCreated", "FileDeleted")),
        ('ActionType == "FileCreated" and ActionType == "FileDeleted"', only()),
    ],
)  # fmt: skip
def test_logic(text: str, expected: ActionTypeSet) -> None:
    assert kept("DeviceFileEvents", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ActionType == FileName",
        'Mixed == "FileCreated"',
        'ActionType == strcat("File", FileName)',
        'iff(FileSize > 9, ActionType == "FileCreated", true)',
        "isnotempty(ActionType)",
        "ActionType == 1",
        'ActionType in ("FileCreated", FileName)',
        "ActionType in ((DeviceEvents | distinct ActionType))",
        'ActionType matches regex "File++Created"',
        "ActionType in (dynamic([]))",
        'ActionType > "FileCreated"',
        '"FileCreatedNow" has ActionType',
    ],
)
def test_what_is_not_understood_narrows_nothing(text: str) -> None:
    first, second = row("DeviceFileEvents"), row("DeviceProcessEvents")
    states = {first: EVERYTHING, second: EVERYTHING}
    assert narrow(predicate(text), states, Values(first, second)) == states


@pytest.mark.parametrize(
    "text",
    [
        "ActionType == FileName",
        "ActionType !in (FileName)",
        'FileName == "a.lnk" and FileSize > 9',
        'ActionType matches regex "File++Created"',
    ],
)
def test_nor_does_its_complement(text: str) -> None:
    assert kept("DeviceFileEvents", text, negated=True) == EVERYTHING
    assert kept("DeviceFileEvents", f"not({text})") == EVERYTHING


def test_a_list_that_is_known_in_part_still_excludes_that_part() -> None:
    assert kept("DeviceFileEvents", 'ActionType !in ("FileCreated", FileName)') == without("FileCreated")


def test_lets() -> None:
    constants = tuple(Constant(text, ast.Name(0, 0, "Wanted")) for text in ("FileCreated", "FileRenamed"))
    lets = {"Wanted": Value("dynamic", constants=constants)}
    assert kept("DeviceFileEvents", "ActionType in (Wanted)", lets=lets) == only("FileCreated", "FileRenamed")


def test_unknown_values_that_match_stay_possible_where_the_list_is_open() -> None:
    state = kept("IdentityQueryEvents", 'ActionType contains "query"')
    assert "LDAP query" in state
    assert "WMI query" in state
    assert kept("IdentityQueryEvents", 'ActionType has "LDAP"').of(("LDAP query", "DNS query")) == ("LDAP query",)
    assert "Ldap Query" in kept("IdentityQueryEvents", 'ActionType =~ "ldap query"')


def test_unknown_values_stay_possible_where_no_known_one_matches() -> None:
    state = kept("DeviceFileEvents", 'ActionType startswith "Folder"')
    assert "FolderCreated" in state
    assert "FileCreated" not in state


def test_a_table_without_a_list_takes_literals_as_they_are() -> None:
    assert kept("BehaviorInfo", 'ActionType == "ImpossibleTravel"') == only("ImpossibleTravel")
    assert kept("BehaviorInfo", 'ActionType startswith "Impossible"') == without("")
    assert "impossibletravel" in kept("BehaviorInfo", 'ActionType =~ "ImpossibleTravel"')


def test_each_side_of_a_join_has_its_own_state() -> None:
    files, processes = row("DeviceFileEvents"), row("DeviceProcessEvents")
    values = Values(files, processes)
    states = {files: EVERYTHING, processes: EVERYTHING}
    both = predicate('ActionType == "FileCreated" and ActionType1 == "ProcessCreated"')
    assert narrow(both, states, values) == {files: only("FileCreated"), processes: only("ProcessCreated")}
    either = predicate('ActionType == "FileCreated" or ActionType1 == "ProcessCreated"')
    assert narrow(either, states, values) == states


def test_a_column_of_a_union_narrows_each_of_its_rows() -> None:
    files, processes = row("DeviceFileEvents"), row("DeviceProcessEvents")
    states = {files: only("FileCreated", "FileDeleted"), processes: EVERYTHING}
    narrowed = narrow(predicate('Either != "FileDeleted"'), states, Values(files, processes))
    assert narrowed == {files: only("FileCreated"), processes: without("FileDeleted")}


def test_only_rows_in_the_states_are_narrowed() -> None:
    files, processes = row("DeviceFileEvents"), row("DeviceProcessEvents")
    narrowed = narrow(predicate('Either == "FileDeleted"'), {files: EVERYTHING}, Values(files, processes))
    assert narrowed == {files: only("FileDeleted")}


def test_deep_predicates_narrow_nothing() -> None:
    expression = predicate('ActionType == "FileCreated"')
    for _ in range(5000):
        expression = ast.Call(0, 0, ast.Name(0, 0, "not"), [expression])
    files = row("DeviceFileEvents")
    assert narrow(expression, {files: EVERYTHING}, Values(files)) == {files: EVERYTHING}


def test_a_comparison_tells_what_is_compared() -> None:
    files = row("DeviceFileEvents")
    node = predicate('tolower(ActionType) !in ("filecreated", FileName, 7)')
    found = comparison(node, {files: without("FileDeleted")}, Values(files), filters=True)
    assert found is not None
    assert (found.node, found.op, found.folded, found.filters, found.complete) == (node, "!in", "lower", True, False)
    assert [constant.value for constant in found.constants] == ["filecreated"]
    assert [(origin.row, origin.column) for origin in found.origins] == [(files, "ActionType")]
    assert found.before == {files: without("FileDeleted")}


@pytest.mark.parametrize(
    "text", ['FileName == "FileCreated"', "ActionType == FileName", 'Mixed == "FileCreated"', "ActionType == 1"]
)
def test_other_comparisons_are_none(text: str) -> None:
    files, processes = row("DeviceFileEvents"), row("DeviceProcessEvents")
    assert comparison(predicate(text), {files: EVERYTHING}, Values(files, processes)) is None


def test_sets_past_any_table_are_given_up() -> None:
    wanted = " or ".join(f'ActionType == "Custom{number}"' for number in range(550))
    assert kept("DeviceFileEvents", wanted) == EVERYTHING
    unwanted = " and ".join(f'ActionType != "Custom{number}"' for number in range(501))
    assert kept("DeviceFileEvents", unwanted) == EVERYTHING
    assert kept("DeviceFileEvents", f'{unwanted} and ActionType == "FileCreated"') == only("FileCreated")

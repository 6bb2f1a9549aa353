"""What the catalogue knows, as values that nobody changes.

Classes with eq=False compare by identity: each fact is built once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.catalogue.scan import Parameter


ACTION_TYPE = "ActionType"
"""The column that tells events apart where a table's file names no other."""


ADDITIONAL_FIELDS = "AdditionalFields"
"""The bag that tables of Defender XDR have."""


def united(mappings: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Several mappings as one, each value once, without keys that have none."""
    found: dict[str, dict[str, None]] = {}
    for mapping in mappings:
        for key, values in mapping.items():
            if values:
                found.setdefault(key, {}).update(dict.fromkeys(values))
    return {key: tuple(values) for key, values in found.items()}


@dataclass(slots=True, eq=False)
class Indicator:
    """A field and value that detection rules on the event check.

    field is as the rules' vendors call it; kind is the comparison (eq, ne, in, contains ...); rules counts the rules.
    """

    field: str
    kind: str
    value: str
    rules: int = 0
    vendors: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Pattern:
    """An attack technique that rules on the event look for; rules is None where nobody counted them."""

    name: str
    rules: int | None = None


@dataclass(slots=True, eq=False)
class Reference:
    """A page to read."""

    title: str
    url: str


@dataclass(slots=True, eq=False)
class ProviderEvent:
    """The event of one provider that has an EventID: the keys of its bag, in the provider's order.

    whole: the source names all of them.  source is a key of the table's ``sources``, as_of the year and month
    (``YYYY-MM``) that it is of.
    """

    keys: tuple[str, ...]
    whole: bool = False
    source: str | None = None
    as_of: str | None = None


@dataclass(slots=True, eq=False)
class EventKind:
    """A kind of event: an ActionType of a table of Defender XDR, an EventID of SecurityEvent.

    columns are those its source lists, in that order, None where no source lists any.  whole: the source names all that
    such an event can fill, so that any other is always empty.  also_seen are filled in practice.  never are those of
    which there is evidence that they are always empty; instead says what to read in place of one: a column, or a key of
    a bag (``AdditionalFields.query``).

    additional_fields are keys that queries read from the AdditionalFields bag, dynamic_fields those of other bags;
    seen_keys are those that a published event has, by bag, so that their spelling is certain.
    providers: what the providers of events call the keys of the table's bag, where the same number is an event of each.
    field_rules counts the rules that use a column, detection_rules all rules on the event, where a source says so.
    references include the table's own; sources are keys of the table's ``sources``.
    """

    name: str
    title: str | None = None
    columns: tuple[str, ...] | None = None
    whole: bool = False
    also_seen: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)
    additional_fields: tuple[str, ...] = ()
    description: str | None = None
    dynamic_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    providers: Mapping[str, ProviderEvent] = field(default_factory=dict)
    field_rules: Mapping[str, int] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    detection_rules: int | None = None
    references: tuple[Reference, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def bags(self) -> dict[str, tuple[str, ...]]:
        """The keys of each bag, wherever they are known from; those of providers' events are apart."""
        return united(({ADDITIONAL_FIELDS: self.additional_fields}, self.dynamic_fields, self.seen_keys))


@dataclass(slots=True, eq=False)
class Elsewhere:
    """A kind of event that never reaches the table: who writes it, to which log, and the tables that have it.

    now: the kind that took its place, where nothing writes it any more.
    """

    provider: str
    channel: str
    tables: tuple[str, ...] = ()
    now: str | None = None


@dataclass(slots=True, eq=False)
class EventKinds:
    """The kinds of events of a table, in the order of its file.

    column: the one whose values they are.  closed: the list is thought complete.  as_of: the year and month
    (``YYYY-MM``) of the newest source that has the whole list, so that a value it lacks may be new; None for a list of
    the user's own.  any: the columns listed for the table without a filter on the kind; any_entry is all that is known
    of that case, None where nothing is.  elsewhere: kinds of other tables that are looked for here.  provider: the
    column that names the provider of an event, where the same number is another event of each; bag: the column with the
    keys that each of them tells.
    """

    column: str
    closed: bool
    any: tuple[str, ...]
    values: Mapping[str, EventKind]
    any_entry: EventKind | None = None
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    as_of: str | None = None
    provider: str | None = None
    bag: str | None = None


@dataclass(slots=True, eq=False)
class ColumnValues:
    """The values that a column can have.

    closed: the list is thought complete.  cased: the case of the values is certain.  as_of: the year and month
    (``YYYY-MM``) of the list.
    """

    values: tuple[str, ...]
    closed: bool = False
    cased: bool = False
    as_of: str | None = None


@dataclass(slots=True, eq=False)
class MixedCase:
    """The service writes the values of a column in several cases.

    source is a key of the table's ``sources``, as_of the year and month (``YYYY-MM``) that it is of.  values are those
    of which it is known, in one of their cases; none: it is known of the column.
    """

    source: str
    as_of: str
    values: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Table:
    """A table of one platform.

    platform is ``defender``, ``sentinel``, or ``custom`` for a table that an overlay adds without saying where.
    columns: name to KQL type, in the table's order.  open: it may have more columns.  as_of: the year and month
    (``YYYY-MM``) that its columns are of, None where only the platform's date is known.  always: columns that every
    event has or that the service computes, so that they depend on no kind of event.  column_groups: columns that come
    together.  dynamic_fields: keys that queries read from its bags, on no kind of event in particular; seen_keys: those
    that published events have.  events: None where no kind is known.
    column_values: lists of what columns can hold.  holds: what each value of a column is, such as ``sha1`` or
    ``address`` (``catalog/README.md`` has all).  mixed_case: the columns whose values are written in several cases.
    guessed_types: columns whose type no source gives.
    column_sources: columns that only the named source has, not the newest reference.
    """

    name: str
    platform: str
    columns: Mapping[str, str]
    open: bool = False
    as_of: str | None = None
    always: frozenset[str] = frozenset()
    column_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: EventKinds | None = None
    column_values: Mapping[str, ColumnValues] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    mixed_case: Mapping[str, MixedCase] = field(default_factory=dict)
    description: str | None = None
    dynamic_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    column_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def bags(self) -> dict[str, tuple[str, ...]]:
        """The keys of each bag on no kind of event in particular, wherever they are known from."""
        return united((self.dynamic_fields, self.seen_keys))

    @property
    def guessed_types(self) -> frozenset[str]:
        """The columns whose type no source gives."""
        return frozenset(self.column_sources.get("type-guess", ()))


@dataclass(slots=True, eq=False)
class Definition:
    """The KQL that defines a function of the user's, from a file.

    text is the function's body, or where ``let`` is not empty, statements of which the ``let`` of that name is the
    function.  parameters are those of a body.  start: 1-based line and column of text in its file, and the column in
    which its further lines begin (0: not known).  rivals: other files with another function of the same name.
    memo belongs to whoever binds the text: what was found out, by platform.
    """

    name: str
    path: str
    text: str
    let: str = ""
    parameters: tuple[Parameter, ...] = ()
    start: tuple[int, int, int] = (1, 1, 1)
    rivals: tuple[str, ...] = ()
    memo: dict[str, object] = field(default_factory=dict)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column, in the file, of an offset of text."""
        line, column, indent = self.start
        before = self.text[:offset]
        if not indent or "\n" not in before:
            return line, column + (offset if indent else 0)
        return line + before.count("\n"), indent + offset - before.rfind("\n") - 1


@dataclass(slots=True, eq=False)
class PlatformFunction:
    """A function that a platform or the user adds to KQL.

    kind is ``scalar``, ``tabular`` or ``invoke`` (a table function that adds columns to the table piped into it).
    columns: name to type of the columns known; open: there may be more.  returns: the type of a scalar one.
    arguments: as documented, for people.  parameters: None where not known.  definition: the text that it stands for,
    which says more than kind, columns and returns.  own: an overlay or a file of the user's has it.
    """

    name: str
    kind: str
    provider: str
    arguments: str
    columns: Mapping[str, str]
    open: bool
    returns: str | None = None
    parameters: tuple[Parameter, ...] | None = None
    definition: Definition | None = None
    own: bool = False

    @property
    def tabular(self) -> bool:
        """Whether it gives a table."""
        return self.kind != "scalar"


@dataclass(slots=True, eq=False)
class Rename:
    """A name that is no longer current.

    kind is ``table``, ``column`` or ``action_type``; table says whose column or ActionType it is, by the table's
    present name.  new has several names where a table was split.  since and until are years and months (``YYYY-MM``):
    when the new name came, and the last of the old one.  platform: the only one on which it was renamed.
    """

    kind: str
    old: str
    new: tuple[str, ...]
    table: str | None = None
    since: str | None = None
    until: str | None = None
    platform: str | None = None
    note: str | None = None
    source: str | None = None

"""What the text of a literal may be: pure validators that say what is wrong with a text, and where in it.

Each takes a text and returns a ``Problem``, or None where the text is good or nothing certain is known of it.

    datetime("2024-02-30")          the day that February does not have
    timespan("2w")                  the unit that there is not
    regex(r"(?=x)")                 the lookahead
    address("10.0.0.0/33")          the prefix length
"""

from kql_lint.semantics.literals.addresses import address
from kql_lint.semantics.literals.datetimes import datetime
from kql_lint.semantics.literals.numbers import boolean, guid, integer, number, real
from kql_lint.semantics.literals.problem import Problem
from kql_lint.semantics.literals.regex import regex
from kql_lint.semantics.literals.spelling import offsets
from kql_lint.semantics.literals.timespans import timespan

__all__ = [
    "Problem",
    "address",
    "boolean",
    "datetime",
    "guid",
    "integer",
    "number",
    "offsets",
    "real",
    "regex",
    "timespan",
]

"""What KQL's own words mean, in a line each, with the page of Microsoft's documentation: for completion and hover.

operator("mv-expand").summary
function("dcount", "aggregate").summary
"""

from kql_lint.language.reference.functions import FunctionNote, function
from kql_lint.language.reference.operators import (
    OperatorNote,
    expression_operator,
    expression_operators,
    operator,
    operators,
)
from kql_lint.language.reference.parameters import CHARTS, JOIN_KIND_NOTES, OperatorParameter, parameters

__all__ = [
    "CHARTS",
    "JOIN_KIND_NOTES",
    "FunctionNote",
    "OperatorNote",
    "OperatorParameter",
    "expression_operator",
    "expression_operators",
    "function",
    "operator",
    "operators",
    "parameters",
]

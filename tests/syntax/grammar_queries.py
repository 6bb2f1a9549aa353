"""A hypothesis strategy that builds query texts from the grammar itself."""

from __future__ import annotations

from pathlib import Path

import lark
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark

from kql_lint import resources

_TEXTS = {
    "NAME": ["T ", "U ", "a ", "b1 ", "kind ", "count "],
    "TIMESPAN": ["1d ", "2.5h "],
    "TYPED": ["datetime(2024-01-31) ", "int(5) ", "guid(74be27de-1e4e-49d9-b579-fe0b331d3642) "],
    "STRING": ['"x" ', "'it\\'s' "],
    "VERBATIM": ['@"C:\\" '],
    "MULTILINE": ["```two\nlines``` "],
    "INTEGER": ["1 ", "0x1F "],
    "REAL": ["1.5 "],
    "BOOL": ["true "],
    "BRACED_HOLE": ["{Hole} "],
    "WILDCARD": ["a* "],
    "DOT_WILDCARD": [".a* "],
    "LET": ["let "],
    "VIEW": ["view "],
    "RANGE": ["range "],
    "LEADING_EVALUATE": ["evaluate "],
    "DYNAMIC": ["dynamic"],
    "TYPEOF": ["typeof"],
    "PIPELINE_FUNCTION": ["toscalar", "materialize"],
    "ENTITY_GROUP": ["entity_group "],
    "IN_RANGE": ["in range"],
    "PARAMETER": ["flags "],
    "EXPAND_PARAMETER": ["kind "],
    "HINT": ["hint.strategy "],
    "PROPERTY": ["format "],
    "WORD_OPERATOR": ["has ", "!contains ", "matches regex "],
    "MEMBERSHIP": ["!in ", "in~ ", "has_any "],
    "BETWEEN": ["between "],
    "WHITESPACE": [" ", "\n"],
    "COMMENT": ["// note\n"],
    "DIRECTIVE": ["\n# directive\n"],
}


_HOLES = {"HOLE": ["{{hole}} "], "HOLE_BETWEEN": ["{{op}} "], "HOLE_BEHIND": ["{{more}} "]}


def queries(*, holes: bool = False) -> st.SearchStrategy[str]:
    """Texts that the grammar derives; what the tree builder refuses (`1 = 2`) is among them.

    With holes, `{{...}}` stands wherever the grammar takes a hole.
    """
    text = Path(resources.grammar_folder(), "kql.lark").read_text(encoding="utf-8")
    # Hypothesis can't read the pattern that matches nothing as Python 3.13 compiles it; those terminals come below.
    grammar = lark.Lark(text.replace("(?!)", "\ue000"), parser="lalr")
    texts: dict[str, st.SearchStrategy[str]] = {name: st.sampled_from(choices) for name, choices in _TEXTS.items()}
    for terminal in grammar.terminals:
        if terminal.name in _HOLES and holes:
            texts[terminal.name] = st.sampled_from(_HOLES[terminal.name])
        elif terminal.name.startswith(("DAMAGED", "HOLE")):
            texts[terminal.name] = st.nothing()
        elif terminal.name not in texts and terminal.pattern.type == "str":
            texts[terminal.name] = st.just(terminal.pattern.value + " ")
    return from_lark(grammar, start="start", explicit=texts)

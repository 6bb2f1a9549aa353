"""The TextMate grammar of KQL for editors, and what puts it into the YAML and the Markdown around queries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from kql_lint.hosts.yaml.read import QUERIES
from kql_lint.site.words import Words, words

Rule = dict[str, object]
_MADE = "Made by `make docs` from the grammar of kql-lint and its table of functions."
# What is not inside a name, nor behind the dot of one.
_START = r"(?<![\w$.])"
_END = r"(?![\w$])"
_EMBEDDED = "meta.embedded.block.kusto"


def grammar() -> str:
    """``source.kusto``."""
    known = words()
    order = ("comments", "strings", "literals", "let", "operators", "parameters", "comparisons", "functions", "names")
    repository = {
        "comments": _patterns(_match(r"//.*$", "comment.line.double-slash"), _match(r"^\s*#.*$", "meta.preprocessor")),
        "strings": _patterns(*_strings()),
        "literals": _patterns(*_literals(known)),
        "let": _patterns(*_statements()),
        "operators": _patterns(*_operators(known)),
        "parameters": _patterns(*_parameters(known)),
        "comparisons": _patterns(*_comparisons(known)),
        "functions": _patterns(*_functions(known)),
        "names": _patterns(*_names(known)),
    }
    return _written(
        {
            "name": "KQL",
            "scopeName": "source.kusto",
            "patterns": [{"include": f"#{name}"} for name in order],
            "repository": repository,
        }
    )


def in_yaml() -> str:
    """Colours the block scalars of the keys whose values are queries."""
    key = rf"([\"']?)({_any(QUERIES)})\2\s*(:)\s*([|>][-+0-9]*)\s*(#.*)?$"
    captures = {
        "3": _scope("entity.name.tag.yaml"),
        "4": _scope("punctuation.separator.key-value.mapping.yaml"),
        "5": _scope("keyword.control.flow.block-scalar.yaml"),
        "6": _scope("comment.line.number-sign.yaml"),
    }
    # Behind a dash the key is indented by two characters or more beyond the dash, and the query beyond the key.
    beginnings = ((r"^( *)", r"^(?:\1 +(?=\S)|\s*$)"), (r"^( *)- +", r"^(?:\1   +(?=\S)|\s*$)"))
    return _injection(
        "yaml",
        "L:source.yaml - comment - string",
        [
            {
                "begin": before + key,
                "beginCaptures": captures,
                "while": lasts,
                "contentName": _EMBEDDED,
                "patterns": [{"include": "source.kusto"}],
            }
            for before, lasts in beginnings
        ],
    )


def in_markdown() -> str:
    """Colours code blocks that are marked ``kql`` or ``kusto``."""
    inner = {
        "begin": r"(^|\G)(\s*)(.*)",
        "while": r"(^|\G)(?!\s*([`~]{3,})\s*$)",
        "contentName": _EMBEDDED,
        "patterns": [{"include": "source.kusto"}],
    }
    fence: Rule = {
        "name": "markup.fenced_code.block.markdown",
        "begin": r"(^|\G)(\s*)(`{3,}|~{3,})\s*(?i:(kql|kusto)((\s+|:|,|\{|\?)[^`]*)?$)",
        "end": r"(^|\G)(\2|\s{0,3})(\3)\s*$",
        "beginCaptures": {
            "3": _scope("punctuation.definition.markdown"),
            "4": _scope("fenced_code.block.language"),
            "5": _scope("fenced_code.block.language.attributes"),
        },
        "endCaptures": {"3": _scope("punctuation.definition.markdown")},
        "patterns": [inner],
    }
    return _injection("markdown", "L:text.html.markdown", [fence])


def _injection(name: str, selector: str, patterns: list[Rule]) -> str:
    return _written(
        {"scopeName": f"kql-lint.{name}.injection", "injectionSelector": selector, "patterns": list(patterns)}
    )


def _written(content: Rule) -> str:
    return json.dumps({"information_for_contributors": [_MADE], **content}, indent=2) + "\n"


def _strings() -> Iterable[Rule]:
    for quote, kind in (("```", "other"), ("~~~", "other")):
        yield {"name": f"string.quoted.{kind}.kusto", "begin": f"[hH]?{quote}", "end": quote}
    for quote, kind in (('"', "double"), ("'", "single")):
        yield {
            "name": f"string.quoted.{kind}.verbatim.kusto",
            "begin": f"[hH]?@{quote}",
            "end": f"{quote}(?!{quote})|$",
            "patterns": [_match(quote * 2, "constant.character.escape")],
        }
    for quote, kind in (('"', "double"), ("'", "single")):
        yield {
            "name": f"string.quoted.{kind}.kusto",
            "begin": f"[hH]?{quote}",
            "end": f"{quote}|$",
            "patterns": [_match(r"\\.", "constant.character.escape")],
        }


def _literals(known: Words) -> Iterable[Rule]:
    yield _captured(
        rf"{_START}({known.patterns['TYPED_NAME']})(\()([^()\"']*)(\))",
        {1: "support.type", 3: "constant.other.literal"},
    )
    for terminal in ("TIMESPAN", "REAL", "INTEGER"):
        yield _match(rf"{_START}{known.patterns[terminal]}", "constant.numeric")
    yield _match(rf"{_START}(?:{known.patterns['BOOL']}|null{_END})", "constant.language")


def _statements() -> Iterable[Rule]:
    yield _captured(
        rf"{_START}(let)\s+([A-Za-z_]\w*)(?=\s*=\s*(?:view\s*)?\(\s*(?:\)|[A-Za-z_]\w*\s*:))",
        {1: "storage.type", 2: "entity.name.function"},
    )
    yield _captured(rf"{_START}(let)\s+([A-Za-z_]\w*)", {1: "storage.type", 2: "variable.other.constant"})


def _operators(known: Words) -> Iterable[Rule]:
    named = _any(known.operators)
    yield _captured(rf"(\|)\s*({named})(?![\w-])", {1: "keyword.operator.pipe", 2: "keyword.control"})
    yield _match(r"\|", "keyword.operator.pipe")
    # Elsewhere such a word can be a column (`count`), a function (`count()`) or a key.
    elsewhere = rf"(?:^|(?<=[(;{{=,]))\s*({named})(?![\w-])(?!\s*(?:[=.:,)(]|$))"
    yield _captured(elsewhere, {1: "keyword.control"})


def _parameters(known: Words) -> Iterable[Rule]:
    yield _match(rf"{_START}{known.patterns['HINT']}", "storage.modifier")
    yield _captured(
        rf"{_START}(kind)\s*(=)\s*([A-Za-z_]+){_END}",
        {1: "storage.modifier", 2: "keyword.operator.assignment", 3: "constant.language"},
    )
    yield _match(rf"{_START}{known.patterns['PARAMETER']}", "storage.modifier")


def _comparisons(known: Words) -> Iterable[Rule]:
    for terminal in ("WORD_OPERATOR", "BETWEEN", "MEMBERSHIP"):
        yield _match(rf"{_START}{known.patterns[terminal]}", "keyword.operator.word")
    yield _match(rf"{_START}(?:{_any(known.combining)}){_END}", "keyword.operator.word")
    yield _match(r"==|!=|<>|=~|!~|<=|>=|=>|\.\.|[<>+*/%-]", "keyword.operator")
    yield _match(r"=", "keyword.operator.assignment")


def _functions(known: Words) -> Iterable[Rule]:
    called = r"(?=\s*\()"
    in_typeof = rf"{_START}(typeof)\s*\(\s*({_any(known.types)})\s*\)"
    yield _captured(in_typeof, {1: "keyword.other", 2: "support.type"})
    yield _match(rf"{_START}(?:{_any(known.aggregate)}){called}", "support.function.aggregate")
    others = sorted({*known.scalar, *known.plugin, *known.source}, reverse=True)
    yield _match(rf"{_START}(?:{_any(others)}){called}", "support.function")
    yield _match(rf"{_START}[A-Za-z_]\w*{called}", "entity.name.function")


def _names(known: Words) -> Iterable[Rule]:
    yield _captured(rf"(:)\s*({_any(known.types)}){_END}", {2: "support.type"})
    yield _match(rf"{_START}(?:{_any(known.keywords)})(?![\w$-])(?!\s*[=.:])", "keyword.other")
    yield _match(r"\$\w+", "variable.language")
    yield _captured(r"(\.)([A-Za-z_]\w*)", {2: "variable.other.property"})
    yield _match(rf"{_START}[A-Za-z_]\w*", "variable.other")


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names)).replace(r"\-", "-")


def _patterns(*rules: Rule) -> Rule:
    return {"patterns": list(rules)}


def _match(pattern: str, scope: str) -> Rule:
    return {"match": pattern, **_scope(f"{scope}.kusto")}


def _captured(pattern: str, scopes: dict[int, str]) -> Rule:
    captures = {str(number): _scope(f"{scope}.kusto") for number, scope in scopes.items()}
    return {"match": pattern, "captures": captures}


def _scope(name: str) -> dict[str, object]:
    return {"name": name}

"""Syntax errors, comments, and suppressions."""

from __future__ import annotations

from growing.construct import Files, construct, query, register, repeat

# name -> beginning, repeated part, end
PIECES = {
    "errors_operators": ("DeviceEvents", "\n| where == {i}", ""),
    "errors_missing_pipes": ("DeviceEvents", "\nwhere a == {i}", ""),
    "errors_missing_commas": ("DeviceEvents | project a", " b{i}", ""),
    "errors_open_brackets": ("DeviceEvents | where ", "(", ""),
    "errors_close_brackets": ("DeviceEvents | where ", ")", ""),
    "errors_wrong_brackets": ("DeviceEvents | where ", "([", ""),
    "errors_mixed_brackets": ("DeviceEvents | where ", "(]", ""),
    "errors_open_braces": ("", "let f{i} = () {{ ", ""),
    "errors_pipes": ("DeviceEvents ", "| ", ""),
    "errors_semicolons": ("", "; ", "DeviceEvents"),
    "errors_signs": ("DeviceEvents | where a ", "== ", "1"),
    "errors_foreign_characters": ("DeviceEvents | where a ", "§ ", ""),
    "errors_curly_quotes": ("DeviceEvents", "\n| where FileName == “a{i}”", ""),
    "errors_broken_lets": ("", "let = {i};\n", "DeviceEvents"),
    "errors_let_without_end": ("", "let a{i} = {i}\n", "DeviceEvents"),
    "errors_sql": ("", "SELECT * FROM T WHERE a = {i}\n", ""),
    "errors_words": ("", "lorem ipsum dolor {i} ", ""),
    "errors_commas": ("DeviceEvents | project ", ", ", "a"),
    "errors_in_datatables": ("", "let T{i} = datatable(a:) [1,,2];\n", "T0"),
    "block_comments": ("", "/* prose {i} */\n", "DeviceEvents"),
    "blank_lines": ("DeviceEvents", "\n", "| take 1"),
    "blanks": ("DeviceEvents", " ", "| take 1"),
    "tabs": ("DeviceEvents", "\t", "| take 1"),
    "commands": ("", ".show tables {i}\n", ""),
    "comments": ("DeviceEvents", "\n// note {i}", "\n| take 1"),
    "comments_alone": ("", "// note {i}\n", ""),
    "comment_of_slashes": ("DeviceEvents ", "//////", "\n| take 1"),
    "comment_of_slashes_for_us": ("DeviceEvents ", "//////", " kql-lint: disable=KL101\n| take 1"),
    "comment_of_slashes_before_us": ("DeviceEvents ", "//////", " see kql-lint: disable\n| take 1"),
    "comment_of_slashes_about_us": ("DeviceEvents // a kql-lint: b ", "//////", "\n| take 1"),
    "comments_of_slashes_in_a_file": ("", "//////", "\n// kql-lint: disable-file=KL101\n"),
    "comment_of_slashes_and_blanks": ("DeviceEvents ", "// // ", " kql-lint: disable=KL101\n| take 1"),
    "comment_of_blanks_for_us": ("DeviceEvents // kql-lint: disable=KL101", "  ", "x\n| take 1"),
    "comment_long_for_us": ("DeviceEvents // kql-lint: disable=KL101 -- ", "reason ", "\n| take 1"),
    "comment_long_list_for_us": ("DeviceEvents // kql-lint: disable=KL101", ",KL102", "\n| take 1"),
    "comment_names_us_often": ("DeviceEvents // ", "kql-lint: ", "\n| take 1"),
    "suppressions_bad": ("DeviceEvents", "\n// kql-lint: foo", "\n| take 1"),
    "suppressions_next_line": ("DeviceEvents", "\n// kql-lint: disable-next-line=KL101", "\n| where ActionType == 'x'"),
    "suppressions_of_lines": ("DeviceEvents", "\n| where ActionType == 'x{i}' // kql-lint: disable=KL101", ""),
    "suppressions_unused": ("DeviceEvents", "\n| take {i} // kql-lint: disable=KL101", ""),
    "suppressions_of_the_file": ("", "// kql-lint: disable-file=KL101\n", "DeviceEvents"),
    "suppressions_begin_end": (
        "DeviceEvents",
        "\n// kql-lint: disable=KL101\n| where ActionType == 'x{i}'\n// kql-lint: enable=KL101",
        "",
    ),
    "suppressions_unknown_rules": ("DeviceEvents", "\n| take {i} // kql-lint: disable=unknown-actiontype", ""),
}

for _name, (_begin, _piece, _end) in PIECES.items():

    def _pieces(n: int, begin: str = _begin, piece: str = _piece, end: str = _end) -> Files:
        return {"a.kql": begin + repeat(n, lambda i: piece.replace("{i}", str(i)).replace("{{", "{")) + end}

    register("syntax", _name, _pieces)


@construct("syntax")
def findings_on_one_line(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f" | where ActionType == 'x{i}'")


@construct("syntax")
def findings_with_wide_characters(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f" | where FileName == '日本😀' and ActionType == 'x{i}'")


@construct("syntax")
def findings_with_line_ends_of_all_kinds(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: "\n\r\r\n\u2028"[i % 4] + f"| where ActionType == 'x{i}'")

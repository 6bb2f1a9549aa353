"""What surrounds the files: patterns, baselines, configuration, catalogues of the user's, many files."""

from __future__ import annotations

from growing.construct import Files, construct, repeat

QUERY = "DeviceEvents | where ActionType == 'x'"
NAME = "a" * 60 + "c.kql"
BASELINE = ("check", ".", "--write-baseline", "known.json")


@construct("surroundings")
def gitignore_many_patterns(n: int) -> Files:
    return {".gitignore": repeat(n, lambda i: f"folder{i}/*.kql\n"), "a.kql": QUERY}


@construct("surroundings")
def gitignore_many_negations(n: int) -> Files:
    return {".gitignore": repeat(n, lambda i: f"*{i}.kql\n!a{i}.kql\n"), "a.kql": QUERY}


@construct("surroundings")
def gitignore_long_pattern(n: int) -> Files:
    return {".gitignore": "a" * n + "\n", "a.kql": QUERY}


@construct("surroundings")
def gitignore_stars(n: int) -> Files:
    return {".gitignore": "*a" * (n // 2) + "*b\n", NAME: QUERY}


@construct("surroundings")
def gitignore_double_stars(n: int) -> Files:
    return {".gitignore": "**/a/" * (n // 5) + "b\n", "a/a/a/a/a/a/a/a/a/a/a/a/c.kql": QUERY}


@construct("surroundings")
def gitignore_character_sets(n: int) -> Files:
    return {".gitignore": "*[a-z]" * (n // 6) + "b\n", NAME: QUERY}


@construct("surroundings")
def gitignore_in_each_folder(n: int) -> Files:
    files = {f"{i}/.gitignore": f"x{i}.kql\n" for i in range(max(1, n // 60))}
    return files | {f"{i}/a.kql": QUERY for i in range(max(1, n // 60))}


@construct("surroundings")
def exclude_stars(n: int) -> Files:
    return {".kql-lint.toml": f'exclude = ["{"*a" * (n // 2)}*b"]\n', NAME: QUERY}


@construct("surroundings")
def exclude_many(n: int) -> Files:
    return {".kql-lint.toml": f"exclude = [{repeat(n, lambda i: f'{chr(34)}x{i}/{chr(34)}, ')}]\n", "a.kql": QUERY}


@construct("surroundings")
def per_path_many(n: int) -> Files:
    return {
        ".kql-lint.toml": repeat(n, lambda i: f'[[per-path]]\npaths = ["x{i}/"]\nignore = ["KL101"]\n'),
        "a.kql": QUERY,
    }


@construct("surroundings")
def per_path_stars(n: int) -> Files:
    return {".kql-lint.toml": f'[[per-path]]\npaths = ["{"*a" * (n // 2)}*b"]\nignore = ["KL101"]\n', NAME: QUERY}


@construct("surroundings")
def config_long_list(n: int) -> Files:
    return {".kql-lint.toml": f"fences = [{repeat(n, lambda i: f'{chr(34)}x{i}{chr(34)}, ')}]\n", "a.kql": QUERY}


@construct("surroundings")
def config_comments(n: int) -> Files:
    return {".kql-lint.toml": repeat(n, lambda i: f"# note {i}\n") + 'ignore = ["KL102"]\n', "a.kql": QUERY}


@construct("surroundings", "--baseline", "known.json", before=BASELINE)
def baseline_of_lines(n: int) -> Files:
    return {"a.kql": "DeviceEvents" + repeat(n, lambda i: f"\n| where ActionType == 'x{i}'")}


@construct("surroundings", "--baseline", "known.json", before=BASELINE)
def baseline_of_one_line(n: int) -> Files:
    return {"a.kql": "DeviceEvents" + repeat(n, lambda i: f" | where ActionType == 'x{i}'")}


@construct("surroundings", "--baseline", "known.json")
def baseline_stale(n: int) -> Files:
    def entry(i: int) -> str:
        return f'{"," if i else ""}\n    {{"path": "a.kql", "rule": "KL101", "line": "gone {i}", "count": 1}}'

    entries = repeat(n, entry)
    return {"known.json": f'{{"version": 1, "findings": [{entries}\n]}}\n', "a.kql": QUERY}


@construct("surroundings", "--write-baseline", "known.json")
def write_baseline_of_lines(n: int) -> Files:
    return {"a.kql": "DeviceEvents" + repeat(n, lambda i: f"\n| where ActionType == 'x{i}'")}


@construct("surroundings", "--write-baseline", "known.json")
def write_baseline_of_one_line(n: int) -> Files:
    text = repeat(
        n, lambda i: f', {{"queryCondition": {{"queryText": "DeviceEvents | where ActionType == \'x{i}\'"}}}}'
    )
    return {"a.json": f'{{"value": [{text[2:]}]}}'}


@construct("surroundings")
def many_files(n: int) -> Files:
    return {f"{i}.kql": QUERY for i in range(max(1, n // len(QUERY)))}


@construct("surroundings")
def many_files_of_one_id(n: int) -> Files:
    rule = f"id: 0b6e1d53-8d1c-4c39-9d2a-4f3f5a2f6f11\nname: r\nkind: NRT\nquery: {QUERY}\n"
    return {f"{i}.yaml": rule for i in range(max(1, n // len(rule)))}


@construct("surroundings")
def many_folders(n: int) -> Files:
    return {f"{i}/a.kql": QUERY for i in range(max(1, n // len(QUERY)))}


@construct("surroundings", "--catalog", "tables/")
def catalogue_of_columns(n: int) -> Files:
    columns = repeat(n, lambda i: f"  Column{i}: string\n")
    return {"tables/My_CL.yaml": f"table: My_CL\ncolumns:\n{columns}", "rules/a.kql": "My_CL | where Colmn == 1"}


@construct("surroundings", "--catalog", "tables/")
def catalogue_of_tables(n: int) -> Files:
    tables = {f"tables/T{i}_CL.yaml": f"table: T{i}_CL\ncolumns:\n  A: string\n" for i in range(max(1, n // 36))}
    return {**tables, "rules/a.kql": "T0_CL | where B == 1"}


@construct("surroundings", "--catalog", "tables/")
def catalogue_of_events(n: int) -> Files:
    kinds = repeat(n, lambda i: f"    Action{i}: {{}}\n")
    table = f"table: My_CL\ncolumns:\n  ActionType: string\nevents:\n  values:\n{kinds}"
    return {"tables/My_CL.yaml": table, "rules/a.kql": "My_CL | where ActionType == 'Acton1'"}

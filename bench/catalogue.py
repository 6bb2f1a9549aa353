"""What the number of tables costs a start: opening a catalogue and reading the one table that a query names.

Each size is measured in processes of its own, with the compiled tables in the cache, as in any run but the first.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kql_lint.catalogue.importer import run_import

SIZES = (100, 1_000, 10_000)
RUNS = 9
COLUMNS = 40
OPEN = """\
import sys, time
from kql_lint.catalogue import Catalogue
begin = time.perf_counter()
assert Catalogue(sys.argv[1]).tables("Table50")
print((time.perf_counter() - begin) * 1000)
"""


def generate(folder: Path, tables: int) -> Path:
    """A catalogue of generated tables, with its index."""
    rows = folder / "columns.tsv"
    with rows.open("w", encoding="utf-8") as file:
        file.write("table\tcolumn\ttype\n")
        for number in range(tables):
            file.writelines(f"Table{number}\tColumn{column}\tstring\n" for column in range(COLUMNS))
    catalogue = folder / "catalog"
    run_import([str(rows)], str(catalogue), platform="sentinel", index=True)
    return catalogue


def main() -> None:
    for tables in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", OPEN, str(generate(Path(folder), tables))]
            runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(RUNS)]
            times = [float(run.stdout) for run in runs[1:]]  # the first compiles the table
            print(f"catalogue of {tables:6,} tables: opened, and one table read, in {statistics.median(times):5.1f} ms")


if __name__ == "__main__":
    main()

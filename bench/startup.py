"""How long a start takes: `kql-lint check` on a small rule against `python -c pass`, medians of 20 runs each.

The rule is linted anew with --no-cache; without it, all runs but the first take the result from the cache.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 20
RULE = """\
// A small rule, about 1 KB with its comments, as they are in rule repositories.
let Lookback = 1d;
let Ports = dynamic([3389, 5985, 5986]);
DeviceNetworkEvents
| where Timestamp > ago(Lookback)
| where ActionType in ("ConnectionSuccess", "ConnectionFailed")
| where RemotePort in (Ports) and RemoteIPType == "Public"
| where InitiatingProcessFileName !in~ ("mstsc.exe", "svchost.exe", "powershell.exe")
| summarize Connections = count(), Targets = make_set(RemoteIP, 100), First = min(Timestamp)
    by DeviceId, DeviceName, InitiatingProcessFileName, InitiatingProcessAccountName
| where Connections > 20
| join kind=leftouter (
    DeviceInfo
    | where Timestamp > ago(Lookback)
    | summarize arg_max(Timestamp, OSPlatform, PublicIP) by DeviceId
) on DeviceId
| project First, DeviceId, DeviceName, OSPlatform, PublicIP, InitiatingProcessFileName, Connections, Targets
| order by Connections desc
"""


def median(command: list[str], folder: str) -> float:
    """The median time of a command in milliseconds."""
    # Byte code is kept, as it is on any user's machine.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        subprocess.run(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, check=False)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[1:])  # the first fills the caches


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "rule.kql").write_text(RULE)
        program = str(Path(sys.executable).with_name("kql-lint"))
        nothing = median([sys.executable, "-c", "pass"], folder)
        print(f"{'python -c pass':32}{nothing:8.1f} ms")
        for words in (["--help"], ["check", "--no-cache", "rule.kql"], ["check", "rule.kql"]):
            taken = median([program, *words], folder)
            print(f"{'kql-lint ' + ' '.join(words):32}{taken:8.1f} ms {taken / nothing:6.1f} x")


if __name__ == "__main__":
    main()

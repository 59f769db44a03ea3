"""A workbook of 200,000 rows: `budgetmap import` as an operator runs it, beside reading and adding up alone.

Peer: pandas.read_excel (openpyxl) reads the rows and adds them up; it checks nothing.
Limits: at most 60 seconds and 1000 MB for all processes of ours together.

    python benchmarks/workbook.py             # 200,000 rows
    python benchmarks/workbook.py 20000       # so many

The workbook is made as in `importing.py`, its amounts stored as numbers. The confined child that opens it has 1 GB of
addresses and a minute of processor time; a workbook that needs more is refused. That ours, pandas and whoever made the
file have the same sums is checked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.importing import imported, memory
from benchmarks.shared import at_most, table, verdict
from benchmarks.shared.foreign import HEADER, PHASES, write_workbook
from benchmarks.shared.processes import ran

ROWS, QUICK_ROWS, MOST_S, MOST_MB = 200_000, 10_000, 60, 1000


def main(rows: int) -> int:
    """Print seconds and memory of both; return 1 where a limit is missed or the sums differ."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "figures.xlsx"
        sums = write_workbook(file, rows)
        print(f"{rows + 1:,} rows, {file.stat().st_size / 2**20:.0f} MB\n")
        whole, stored = imported(file, "kz-template", folder)
        peer = ran([sys.executable, __file__, "pandas", str(file)])
    table(
        ("a fresh process", "s", "× ours", "largest process MB", "together MB"),
        ("budgetmap import: read, checked, compared, stored", f"{whole.wall_s:.1f}", "1.00", *memory(whole)),
        (
            "pandas.read_excel and groupby: nothing checked",
            *(f"{peer.wall_s:.1f}", f"{peer.wall_s / whole.wall_s:.2f}", *memory(peer)),
        ),
    )
    if not sums == stored == json.loads(peer.printed):
        print(f"The sums differ.\nmade: {sums}\nours: {stored}\npandas: {peer.printed.decode()}")
        return 1
    print(f"All have the same sums of {len(sums)} phases, to the tiyn.\n")
    return verdict(
        at_most("budgetmap import, the whole command", whole.wall_s, MOST_S, "s"),
        at_most("memory of all processes together", whole.together_mb, MOST_MB, "MB"),
    )


def pandas_once(file: Path) -> dict[str, int]:
    """Read and add up as one usually does; return the sums by phase in minor units."""
    import pandas as pd

    rows = pd.read_excel(file, dtype=dict.fromkeys(HEADER[:6], "str"))
    rows = rows[rows[HEADER[0]] != "Total"]
    amounts = (rows[[*HEADER[6:]]].astype("float64") * 100).round().astype("int64")
    sums = amounts.groupby([rows[HEADER[0]], rows[HEADER[1]], rows[HEADER[2]].str[:2]]).sum()
    return dict(zip(PHASES, map(int, sums.sum()), strict=True))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["pandas", file]:
            print(json.dumps(pandas_once(Path(file))))
        case ["--quick"]:
            sys.exit(main(QUICK_ROWS))
        case [*rows]:
            sys.exit(main(int(rows[0]) if rows else ROWS))

"""A CSV file of a million rows: `budgetmap import` as an operator runs it, beside reading and beside checking alone.

Peer: pandas.read_csv reads the rows and adds them up, frictionless checks their types and codes; neither does both.
Limits: 10 seconds for each million rows; 1000 MB for all processes together, whatever the number of rows.

    python benchmarks/importing.py              # a million rows
    python benchmarks/importing.py 10000000     # so many

The file is made from the bundled figures, each split into many rows, so that nothing in it is a doubt. Ours is the
whole command: reading in a confined child, judging, comparing with what is in force, laws, storing for good.
frictionless gets the first rows only, and its seconds are stated for all. That ours, pandas and whoever made the file
have the same sums is checked.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import DATA, at_most, table, verdict
from benchmarks.shared.foreign import HEADER, PHASES, profile_for, write_csv
from benchmarks.shared.processes import Ran, ran
from geo.core.settings import Settings

COUNTRY, ROWS, MILLION, QUICK_ROWS = "kz", 1_000_000, 1_000_000, 50_000
MOST_S, MOST_MB = 10, 1000
CHECKED = 50_000  # rows that frictionless gets
BUDGETMAP = [sys.executable, "-c", "from geo.cli import main; main()"]


def main(rows: int) -> int:
    """Print seconds and memory of each; return 1 where a limit is missed or the sums differ."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "figures.csv"
        sums = write_csv(file, rows)
        profile = profile_for(rows, folder)
        print(f"{rows + 1:,} rows, {file.stat().st_size / 2**20:.0f} MB\n")
        whole, stored = imported(file, profile, folder)
        parts = ran([sys.executable, __file__, "parts", str(file), profile, str(folder)])
        pandas = ran([sys.executable, __file__, "pandas", str(file)])
        checked = ran([sys.executable, __file__, "frictionless", str(_head(file, folder))])
    times, told = json.loads(parts.printed)
    print_table(rows, whole, pandas, checked)
    table(("part of ours", "s"), *((what, f"{took:.2f}") for what, took in times.items()))
    if not sums == stored == told == json.loads(pandas.printed):
        print(f"The sums differ.\nmade: {sums}\nours: {stored}\nparts: {told}\npandas: {pandas.printed.decode()}")
        return 1
    print(f"All have the same sums of {len(sums)} phases, to the tiyn.\n")
    return verdict(
        at_most("budgetmap import, the whole command", whole.wall_s, MOST_S * max(1, rows // MILLION), "s"),
        at_most("memory of all processes together", whole.together_mb, MOST_MB, "MB"),
    )


def print_table(rows: int, whole: Ran, pandas: Ran, checked: Ran) -> None:
    """Print ours beside the peers; what a peer leaves undone stands in its name."""
    scale = rows / min(rows, CHECKED)
    sides = (
        ("budgetmap import: read, checked, compared, stored", whole, 1.0),
        ("pandas.read_csv and groupby: nothing checked", pandas, 1.0),
        (f"frictionless: types and codes, from {min(rows, CHECKED):,} rows", checked, scale),
    )
    table(
        ("a fresh process", "s", "× ours", "largest process MB", "together MB"),
        *(
            (what, f"{run.wall_s * n:.1f}", f"{run.wall_s * n / whole.wall_s:.2f}", *memory(run))
            for what, run, n in sides
        ),
    )


def memory(run: Ran) -> tuple[str, str]:
    """Return the largest process and all together, in MB."""
    return f"{run.largest_mb:.0f}", f"{run.together_mb:.0f}"


def imported(file: Path, profile: str, folder: Path) -> tuple[Ran, dict[str, int]]:
    """Return what the command took on an empty ledger, and the sums by phase that the ledger then holds."""
    from geo.atlas.gathered import ledger_folder
    from geo.ledger import Ledger

    settings = Settings(home=folder / "home", data=DATA)
    command = [*BUDGETMAP, "import", str(file), "--profile", profile, "--country", COUNTRY]
    took = ran(command, {"BUDGETMAP_HOME": str(settings.home), "BUDGETMAP_DATA": str(DATA)})
    sums = dict.fromkeys(PHASES, 0)
    for batch in Ledger(ledger_folder(settings, COUNTRY)).batches_in_force("entries"):
        found = batch.select(["phase", "amount_minor"]).to_pandas().groupby("phase")["amount_minor"].sum()
        for phase, amount in found.items():
            sums[str(phase)] += int(amount)
    return took, sums


def parts_once(file: Path, profile_name: str, folder: Path) -> tuple[dict[str, float], dict[str, int]]:
    """Return the seconds of each part of an import, and the sums by phase of the delivery."""
    times: dict[str, float] = {}
    with timed("imports", times):
        from geo.atlas.deliveries import Deliveries
        from geo.foreign import read_cells
        from geo.intake.context import context_of
        from geo.ledger import Ledger, Signed
        from geo.plausible import doubts
        from geo.profiles import Given, deliver, read_profile
    with timed("what is in force", times):
        context = context_of(Settings(home=folder / "none", data=DATA), COUNTRY)
    is_file = profile_name.endswith(".toml")
    profile = read_profile(Path(profile_name)) if is_file else context.profiles[profile_name]
    with timed("geo.foreign.read_cells", times):
        cells = read_cells(file, profile.dialect, folder)
    with timed("geo.profiles.deliver", times):
        delivery = deliver(profile, cells, context.known, Given("", "", 0, frozenset()), folder)
    with timed("geo.plausible.doubts", times):
        list(doubts(delivery.sums, context.history, {}, frozenset(), delivery.file))
    ledger = Ledger(folder / "ledger")
    with timed("Ledger.add", times):
        ledger.add(delivery, file, Signed("2026-01-01T00:00:00Z", "", ""), {})
    with timed("summing what the ledger holds", times):
        deliveries = Deliveries.of(ledger.folder)
        bodies = deliveries.in_force.table("bodies")
        deliveries.summed(dict(zip(bodies["body_id"], bodies["unit_code"], strict=True)))
    return times, {p: int(delivery.sums.loc[delivery.sums["phase"] == p, "amount_minor"].sum()) for p in PHASES}


def pandas_once(file: Path) -> dict[str, int]:
    """Read and add up as one usually does; return the sums by phase in minor units."""
    import pandas as pd

    texts = dict.fromkeys(HEADER[:6], "str")
    rows = pd.read_csv(file, dtype=texts)
    rows = rows[rows[HEADER[0]] != "Total"]
    # A float of tenge is exact enough for one cell; a sum of floats would not be.
    amounts = (rows[[*HEADER[6:]]] * 100).round().astype("int64")
    sums = amounts.groupby([rows[HEADER[0]], rows[HEADER[1]], rows[HEADER[2]].str[:2]]).sum()
    return dict(zip(PHASES, map(int, sums.sum()), strict=True))


def frictionless_once(file: Path) -> None:
    """Check types, patterns and required cells of every row; ends with an error where a row is refused."""
    from frictionless import Resource, Schema, fields, system

    kinds: list[fields.StringField | fields.NumberField] = [
        fields.StringField(name=HEADER[0], constraints={"required": True, "pattern": "[0-9]{9}|Total"}),
        fields.StringField(name=HEADER[1], constraints={"pattern": "(20[0-9]{2}-[01][0-9])?"}),
        *(fields.StringField(name=name, constraints={"pattern": "[0-9]*"}) for name in HEADER[2:5]),
        fields.StringField(name=HEADER[5], constraints={"enum": ["tenge", "thousand tenge", "million tenge"]}),
        *(fields.NumberField(name=name) for name in HEADER[6:]),
    ]
    with system.use_context(trusted=True):
        report = Resource(path=str(file), schema=Schema(fields=kinds)).validate()
    if not report.valid:
        raise SystemExit(f"frictionless: {report.flatten(['rowNumber', 'fieldName', 'note'])[:5]}")


@contextmanager
def timed(what: str, into: dict[str, float]) -> Iterator[None]:
    """Note how long the block took."""
    started = time.perf_counter()
    yield
    into[what] = time.perf_counter() - started


def _head(file: Path, folder: Path) -> Path:
    path = folder / "head.csv"
    with file.open(encoding="utf-8") as source, path.open("w", encoding="utf-8") as target:
        target.writelines(islice(source, CHECKED + 1))
    return path


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["parts", file, profile, folder]:
            print(json.dumps(parts_once(Path(file), profile, Path(folder))))
        case ["pandas", file]:
            print(json.dumps(pandas_once(Path(file))))
        case ["frictionless", file]:
            frictionless_once(Path(file))
        case ["--quick"]:
            sys.exit(main(QUICK_ROWS))
        case [*rows]:
            sys.exit(main(int(rows[0]) if rows else ROWS))

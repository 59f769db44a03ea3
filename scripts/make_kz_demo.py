"""Make the country kz-demo: synthetic organisations that divide the real figures of Kazakhstan exactly.

    python scripts/make_kz_demo.py [--bodies 17000] [--out FOLDER] [--only-bodies] [--force]

Reads data/boundaries/kz and data/budget/kz, and the tables of kz-demo beside them; writes into FOLDER (by default
data/) what kz-demo is made of: copies of the borders and of the whole budgets, the cities as points, bodies.parquet
and entries.parquet. Does nothing where they are there already. Same inputs, same bytes; up to 10 million bodies,
region by region, in memory that the largest region needs.
"""

import argparse
import hashlib
import json
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.kz_demo import money  # noqa: E402 - the line above makes the package known
from scripts.kz_demo.bodies import SCHEMA, bodies_of  # noqa: E402
from scripts.kz_demo.kinds import counts, read_kinds, read_people  # noqa: E402
from scripts.kz_demo.places import city_features, people_with_cities, read_places  # noqa: E402

DATA = ROOT / "data"
BODIES = 17_000  # as many organisations as the map of 2019 held
COUNTRY, DEMO, EDITION = "kz", "kz-demo", "2022-06-08"
COPIED = {
    "boundaries": (f"{EDITION}/region.geojson", "neighbours.geojson", "population.csv", "prices.csv", "repairs.csv"),
    "budget": (
        *("functions.csv", "subfunctions.csv", "local_expenditure.csv"),
        *("published_totals.csv", "control_totals.csv", "local_revenue.csv"),
    ),
}
OWN = {
    "boundaries": ("country.toml", "cities.csv", "settlements.csv", "SOURCES.md"),
    "budget": ("budget.toml", "kinds.csv", "SOURCES.md"),
}
READ_BORDERS = ("population.csv", f"{EDITION}/region.geojson", "cities.csv", "settlements.csv")
READ_BUDGET = ("local_expenditure.csv", "kinds.csv")
ROWS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Made:
    """What the folder holds now: its two tables, and whether they were made just now."""

    bodies: Path
    entries: Path
    is_new: bool


def make(folder: Path = DATA, bodies: int = BODIES, with_entries: bool = True, is_forced: bool = False) -> Made:
    """Write the country with that many bodies into a data folder, unless it is there; raises ValueError for too few."""
    for part, copied in COPIED.items():
        for name in copied:
            _copy(DATA / part / COUNTRY / name, folder / part / DEMO / name)
        for name in OWN[part]:
            _copy(DATA / part / DEMO / name, folder / part / DEMO / name)
    borders, budget = folder / "boundaries" / DEMO, folder / "budget" / DEMO
    _write(borders / EDITION / "city.geojson", _collection(city_features(borders)))
    _write(borders / "people.csv", people_with_cities(borders))
    made = Made(budget / "bodies.parquet", budget / "entries.parquet", is_new=True)
    stamp = _digest(borders, budget, bodies)
    wanted = [made.bodies, made.entries] if with_entries else [made.bodies]
    if not is_forced and all(_stamp_of(path) == stamp for path in wanted):
        return Made(made.bodies, made.entries, is_new=False)
    _make_tables(borders, budget, bodies, stamp, with_entries)
    return made


def _make_tables(borders: Path, budget: Path, bodies: int, stamp: str, with_entries: bool) -> None:
    """Write bodies.parquet and entries.parquet, region by region."""
    kinds, people = read_kinds(budget / "kinds.csv"), read_people(borders / "population.csv")
    places = read_places(borders, borders / EDITION / "region.geojson")
    cities = frozenset(region for region, found in places.items() if set(found.codes) == {region})
    numbers = counts(bodies, kinds, people, cities)
    budgets = money.read_budgets(budget / "local_expenditure.csv")
    next_bin = 0
    with ExitStack() as files:
        bodies_file = files.enter_context(_Table(budget / "bodies.parquet", SCHEMA, stamp))
        if with_entries:
            entries_file = files.enter_context(_Table(budget / "entries.parquet", money.SCHEMA, stamp))
        for number, region in enumerate(sorted(people)):
            made = bodies_of(number, places[region], kinds, numbers[number], next_bin)
            next_bin = made.next_bin
            bodies_file.add(made.table)
            if with_entries:
                own = {function: rows for (of, function), rows in budgets.items() if of == region}
                for table in money.entries_of(made, kinds, own):
                    entries_file.add(table)


class _Table:
    """A Parquet file that is written in parts of a million rows, under its name only when it is whole."""

    def __init__(self, path: Path, schema: pa.Schema, stamp: str) -> None:
        self.path, self.schema = path, schema.with_metadata({"made_from": stamp})
        self.waiting: list[pa.Table] = []
        self.rows = 0

    def __enter__(self) -> "_Table":
        self.aside = self.path.with_name(f".{self.path.name}.new")
        self.writer = pq.ParquetWriter(self.aside, self.schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._flush()
        self.writer.close()
        if kind is None:
            os.replace(self.aside, self.path)
        else:
            self.aside.unlink()

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self.waiting.append(table)
        self.rows += len(table)
        if self.rows >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self.waiting:
            table = pa.concat_tables(self.waiting).unify_dictionaries().replace_schema_metadata(self.schema.metadata)
            self.writer.write_table(table, row_group_size=ROWS_AT_ONCE)
        self.waiting, self.rows = [], 0


def _digest(borders: Path, budget: Path, bodies: int) -> str:
    """Return what the tables are made of: the figures, the places, the kinds, this code, and how many bodies."""
    code = sorted(Path(bodies_of.__code__.co_filename).parent.glob("*.py"))
    tables = [borders / name for name in READ_BORDERS] + [budget / name for name in READ_BUDGET]
    hashed = hashlib.sha256(str(bodies).encode())
    for path in (*tables, *code, Path(__file__)):
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


def _stamp_of(path: Path) -> str:
    """Return what a table was made of; empty where there is none."""
    if not path.is_file():
        return ""
    return (pq.read_schema(path).metadata or {}).get(b"made_from", b"").decode()


def _collection(features: list[dict[str, object]]) -> bytes:
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'.encode()


def _copy(source: Path, target: Path) -> None:
    if source != target:
        _write(target, source.read_bytes())


def _write(path: Path, content: bytes) -> None:
    """Write a file unless it holds that already, so that nothing looks newer than it is."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def main() -> None:
    """Read the command line and make the country."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bodies", type=int, default=BODIES, help=f"how many organisations (default {BODIES})")
    parser.add_argument("--out", type=Path, default=DATA, help="data folder to write into")
    parser.add_argument("--only-bodies", action="store_true", help="leave the entries out")
    parser.add_argument("--force", action="store_true", help="make the tables although they are there")
    given = parser.parse_args()
    made = make(given.out, given.bodies, not given.only_bodies, given.force)
    print(f"{made.bodies.parent.name}: {'made' if made.is_new else 'up to date'}")


if __name__ == "__main__":
    main()

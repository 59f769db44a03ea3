"""Every parser of files and bodies: each gives an answer or a refusal of ours, and nothing else is ever raised."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import strategies as st

from geo.core import bounds
from geo.core.country_file import read_country
from geo.core.delivery import Dialect
from geo.core.errors import BudgetMapError
from geo.core.pmtiles import Archive
from geo.foreign import Limits, borders, cells, read_cells
from geo.live.batches import Batch, rows_of
from geo.live.requests import Request
from geo.profiles import read_profile
from scripts.fuzzing.spoiling import spoilt, spoilt_archive, spoilt_words

DATA = Path(__file__).resolve().parents[2] / "data"
SMALL = Limits(memory_mb=512, cpu_s=10, wall_s=30, file_mb=8, rows=10_000, workbook_mb=20)
TABLES = (
    "код;сумма\n01;1.50\n02;2\n".encode(),
    b'code,amount\n"01","1,5"\n02,-3\n',
    "код\tсумма\n01\t1 000,50\n".encode("utf-16"),
    b"\xef\xbb\xbfunit_id,period,amount\r\n010000,2024-12,1\r\n",
)
SQUARE = {"type": "Polygon", "coordinates": [[[60, 40], [61, 40], [61, 41], [60, 41], [60, 40]]]}
FEATURE = {"type": "Feature", "properties": {"unit_id": "10", "name_kk": "Ә"}, "geometry": SQUARE}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE, {**FEATURE, "properties": {"unit_id": "20"}}]}
BORDERS = (json.dumps(COLLECTION).encode(), json.dumps(COLLECTION, indent=1).encode())
RECORD = {"id": "a-1", "revision": 1, "body": "10-110", "period": "2024-12", "function": "01", "executed": "5.20"}
BATCHES = (
    json.dumps({"records": [RECORD, {**RECORD, "id": "a-2", "withdrawn": True}]}).encode(),
    b"id,revision,body,period,function,executed\na-1,1,10-110,2024-12,01,5.20\n",
)
BOUNDS = ("1_2_3", "-5_0_5", "0.5_1.25", "10")
DIGEST_OF_BODY = "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"  # of {}
HEAD = {
    "CONTENT_TYPE": "application/json; charset=utf-8",
    "HTTP_IF_MATCH": '"0123456789abcdef"',
    "HTTP_CONTENT_ENCODING": "identity",
    "CONTENT_LENGTH": "2",
    "HTTP_CONTENT_DIGEST": DIGEST_OF_BODY,
    "HTTP_NOTE": "why",
    "HTTP_AUTHORIZATION": "Bearer x",
}
Law = Callable[[Any], None]


@contextmanager
def _place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def workbook() -> bytes:
    """Return a small workbook with texts, numbers, a formula, a day, and merged cells, on two sheets."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Свод")
        sheet.write_row(0, 0, ["код", "сумма", "период"])
        sheet.write_row(1, 0, ["01", 1.5, "2024-12"])
        sheet.write_formula(2, 1, "=B2*2", None, 3)
        sheet.merge_range(3, 0, 3, 2, "Итого")
        book.add_worksheet("2").write(0, 0, "x")
    return made.getvalue()


def table(content: bytes, name: str = "a.csv") -> None:
    """Read a table in this process, as the child does."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "copy").write_bytes(content)
        arguments = {"path": str(folder / "copy"), "name": name, "dialect": asdict(Dialect()), "limits": asdict(SMALL)}
        cells.read(arguments, folder)


def confined(content: bytes) -> None:
    """Read a workbook in the child process, as an import does."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "a.xlsx").write_bytes(content)
        read_cells(folder / "a.xlsx", Dialect(), folder, SMALL)


def shapes(content: bytes) -> None:
    """Read borders in this process, as the child does."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "a.geojson").write_bytes(content)
        borders.read({"path": str(folder / "a.geojson"), "name": "a.geojson"}, folder)


def archive(content: bytes) -> None:
    """Open an archive of tiles, and ask it for the first ones."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "a.pmtiles").write_bytes(content)
        opened = Archive.open(folder / "a.pmtiles")
        for place in ((0, 0, 0), (1, 1, 0), (9, 300, 170)):
            found = opened.tile(*place)
            assert found is None or isinstance(found, bytes)


def country(content: bytes) -> None:
    """Read the description of a country."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "country.toml").write_bytes(content)
        read_country(folder)


def profile(content: bytes) -> None:
    """Read a profile of a form."""
    with _place() as folder, suppress(BudgetMapError):
        (folder / "a.toml").write_bytes(content)
        read_profile(folder / "a.toml")


def batch(content: bytes) -> None:
    """Read the body of a batch, as JSON and as CSV."""
    for is_csv in (False, True):
        with _place() as folder, suppress(BudgetMapError):
            rows_of(Batch("b-1", "feed", content, is_csv, None, "2024-01-01T00:00:00Z"), folder)


def post(head: dict[str, str]) -> None:
    """Take apart the head of a batch's request, and read its body."""
    spoilt_ones = {name: word.encode("utf-8", "surrogateescape").decode("latin-1") for name, word in head.items()}
    request = Request(
        {"REQUEST_METHOD": "POST", "PATH_INFO": "/ingest", "wsgi.input": io.BytesIO(b"{}"), **HEAD, **spoilt_ones}
    )
    for name in ("is_csv", "base", "secret", "note", "batch"):
        with suppress(BudgetMapError):
            getattr(request, name)
    with suppress(BudgetMapError):
        assert request.content() == b"{}"


def inner_bounds(word: str) -> None:
    """Read bounds of classes as an address gives them; what is accepted is numbers in order."""
    for is_signed in (False, True):
        with suppress(BudgetMapError):
            found = bounds.numbers(bounds.canonical(bounds.typed(word, "ru"), is_signed=is_signed))
            assert list(found) == sorted(set(found))


def _heads() -> st.SearchStrategy[dict[str, str]]:
    """Return heads in which one or two words are spoilt: all others have to be right for those to be read."""
    one = st.sampled_from(sorted(HEAD)).flatmap(lambda name: st.tuples(st.just(name), spoilt_words([HEAD[name]])))
    return st.lists(one, min_size=1, max_size=2).map(dict)


def parsers(tiles: Path) -> dict[str, tuple[st.SearchStrategy[Any], Law]]:
    """Return name → (inputs, law) of every parser; `tiles` is an archive to be spoilt."""
    profiles = [path.read_bytes() for path in sorted((DATA / "budget/kz/profiles").glob("*.toml"))]
    return {
        "csv": (spoilt(TABLES), table),
        "xlsx": (spoilt_archive([workbook()]), lambda content: table(content, "a.xlsx")),
        "xlsx-confined": (spoilt_archive([workbook()]), confined),
        "geojson": (spoilt(BORDERS), shapes),
        "pmtiles": (spoilt([tiles.read_bytes()]), archive),
        "country": (spoilt([(DATA / "boundaries/kz/country.toml").read_bytes()]), country),
        "profile": (spoilt(profiles), profile),
        "batch": (spoilt(BATCHES), batch),
        "post": (_heads(), post),
        "bounds": (spoilt_words(BOUNDS), inner_bounds),
    }

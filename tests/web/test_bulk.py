"""Laws about the folder of a version's files: true to the byte and to the tiyn, fetched and checked by two commands."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import frictionless
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.shared.browser import serving
from geo.faces.bulk import SUMS, folder_of
from geo.faces.bulk.table import decimals
from geo.versions import Home
from geo.web import create_app
from geo.web.catalogue.bulkpage import recipe
from tests.web.asking import LANGUAGES, page

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 2**62
SPENDING = "csv/spending-synthetic.csv"  # the small country is a made-up one
GIVEN = {"capture_output": True, "text": True}
KEY = ["period", "function", "phase"]


def in_force(settings, country):
    """Open the version in force of a home."""
    home = Home(settings.home)
    return home.version(home.current_id(country))


@pytest.fixture(scope="module")
def version(small_home):
    """The small country's version in force."""
    return in_force(small_home, "zz")


@pytest.fixture(scope="module")
def root(version):
    """The address of its folder."""
    return f"/v/{version.id}/bulk/"


@pytest.fixture(scope="module")
def fetched(small_app, version, root, tmp_path_factory):
    """The folder as a reader has it who fetched every file."""
    folder = tmp_path_factory.mktemp("bulk")
    for name in folder_of(version).files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small_app.test_client().get(root + name).data)
    return folder


def summed(rows, columns):
    """Add up the amounts of rows by some columns, exactly."""
    sums = {}
    for row in rows:
        key = tuple(str(row[column]) if column != "period" else "{}-{:02}".format(*row[column]) for column in columns)
        sums[key] = sums.get(key, Decimal(0)) + row["amount"]
    return {key: amount for key, amount in sums.items() if amount}


def test_every_file_is_what_its_checksum_says(small, version, root):
    """SHA256SUMS, Content-Length and ETag speak of the bytes that are sent."""
    lines = [line.split("  ") for line in small.get(root + SUMS).text.splitlines()]

    assert {SUMS} == set(folder_of(version).files) - {name for _, name in lines}
    for listed, name in lines:
        answer = small.get(root + name)
        assert listed == hashlib.sha256(answer.data).hexdigest() == answer.headers["ETag"].strip('"'), name
        assert len(answer.data) == answer.content_length


def test_the_folder_holds_every_table_and_archive_of_the_version(version):
    """Whatever the manifest has of them; nothing else gets a name."""
    held = {name for name in version.manifest["files"] if name.endswith((".parquet", ".pmtiles", ".tif"))}
    files = folder_of(version).files

    assert held == {
        name.replace("parquet/", "tables/") for name in files if name.endswith((".parquet", ".pmtiles", ".tif"))
    }
    assert {"csv", "parquet", "borders", "tiles", "datapackage.json", SUMS} == {name.split("/")[0] for name in files}


def test_the_data_package_is_valid(fetched):
    """Every table has its columns, types, keys, length and checksum; keys of other tables lead there."""
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(str(fetched / "datapackage.json"))

    assert [] == report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) > 8


def test_every_amount_of_the_data_package_adds_up_to_the_version(fetched, version):
    """What bodies spent and the sums of every level, placed or not, are the same money to the last minor unit."""
    package = frictionless.Package(str(fetched / "datapackage.json"))
    spending = version.spending
    names = (version.periods, version.functions, version.phases)
    expected = {}
    for row in spending.tolist():
        key = tuple(axis[number] for axis, number in zip(names, row[1:4], strict=True))
        expected[key] = expected.get(key, Decimal(0)) + Decimal(row[4]) / version.country.minor_units
    expected = {key: amount for key, amount in expected.items() if amount}
    totals = [row.to_dict() for row in package.get_resource("totals").read_rows()]
    places = {(row["edition"], row["level"]) for row in totals if not row["is_restated"]}

    assert expected == summed([row.to_dict() for row in package.get_resource("spending").read_rows()], KEY)
    for place in places:
        own = [row for row in totals if (row["edition"], row["level"]) == place]
        periods = {"{}-{:02}".format(*row["period"]) for row in own}
        assert {key: amount for key, amount in expected.items() if key[0] in periods} == summed(own, KEY)


def test_concepts_stand_where_the_specification_has_them(fetched):
    """An amount has a currency and a direction; a concept stands for one column of a table, of its type."""
    types = {"value": "number", "date:fiscal-year": "integer"}
    package = json.loads((fetched / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        schema = resource["schema"]
        told = [(one["columnType"], one["type"]) for one in schema["fields"] if "columnType" in one]
        names = [name for name, _ in told]

        assert len(set(names)) == len(names), resource["name"]
        assert all(types.get(name, "string") == kind for name, kind in told)
        assert ("value" in names) == ("extraFields" in schema)
    assert {"measures", "dimensions"} == set(package["model"])


def test_csv_says_what_parquet_says(kz_version):
    """Entries added up by functional group, to the tiyn, over all of Kazakhstan."""
    entries = pd.read_parquet(kz_version.folder / "tables/entries.parquet")
    entries["function"] = entries["function"].str[: kz_version.country.function_digits]
    key = ["body_id", *KEY]
    expected = entries.groupby(key)["amount_minor"].sum()
    content = b"".join(folder_of(kz_version).files["csv/spending.csv"].pieces(0, LARGEST))
    lines = [line.split(",") for line in content.decode().split("\r\n")[1:-1]]
    found = {(body, *rest): int(Decimal(amount) * 100) for body, _, *rest, amount in lines}

    assert len(found) == len(lines)
    assert expected.to_dict() == found


@given(st.lists(st.integers(-LARGEST, LARGEST), min_size=1), st.sampled_from([1, 5, 100, 1000]))
def test_decimals_are_exact(amounts, minor_units):
    """No amount passes through a float, whatever its size and sign."""
    texts = decimals(np.array(amounts, "int64"), minor_units)

    assert amounts == [int(Decimal(text) * minor_units) for text in texts]
    assert [] == [text for text in texts if "E" in text or text.endswith(".")]


def test_two_commands_fetch_everything_and_check_it(small_app, version, tmp_path):
    """The lines of the page, run by a shell against a real server; one byte changed afterwards is found."""
    with serving(small_app, []) as address:
        lines = recipe(f"{address}v/{version.id}/bulk/", "here")
        done = subprocess.run(["sh", "-c", "\n".join(lines)], cwd=tmp_path, check=False, **GIVEN)
    spoilt = tmp_path / "here" / SPENDING

    assert 0 == done.returncode, done.stderr
    assert len(folder_of(version).files) == sum(path.is_file() for path in (tmp_path / "here").rglob("*"))
    spoilt.write_bytes(spoilt.read_bytes().replace(b"approved", b"Approved", 1))
    assert 0 != subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=tmp_path / "here", check=False).returncode


@pytest.mark.parametrize("name", [SPENDING, "parquet/entries.parquet", "tiles/bodies.pmtiles"])
def test_a_part_of_a_file_is_that_part(small, root, name):
    """For whoever goes on where a line broke off; what lies beyond the file is refused with its length."""
    whole = small.get(root + name).data
    answer = small.get(root + name, headers={"Range": "bytes=7-90"})

    assert 206 == answer.status_code
    assert whole[7:91] == answer.data
    assert f"bytes 7-90/{len(whole)}" == answer.headers["Content-Range"]
    assert 416 == small.get(root + name, headers={"Range": f"bytes={len(whole)}-"}).status_code


def test_who_takes_text_packed_is_given_the_whole(small, root):
    """Parts of two packings would not fit together."""
    answer = small.get(root + SPENDING, headers={"Range": "bytes=7-90", "Accept-Encoding": "br"})

    assert (200, "br") == (answer.status_code, answer.headers["Content-Encoding"])


@pytest.mark.parametrize("coding", ["", "br", "gzip"])
def test_a_file_never_changes_and_is_told_apart_by_what_it_holds(small, root, coding):
    """Kept for good; asked again with the tag that came, however it was packed, nothing is sent."""
    address = root + SPENDING
    first = small.get(address, headers={"Accept-Encoding": coding})
    again = small.get(address, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]})

    assert "immutable" in first.headers["Cache-Control"]
    assert (304, b"") == (again.status_code, again.data)
    assert b"" == small.head(address).data


@pytest.mark.parametrize(
    "name", ["nope.csv", "manifest.json", "../manifest.json", "csv/../manifest.json", "csv/", "CSV/spending.csv", "%00"]
)
def test_only_names_of_the_list_are_answered(small, root, name):
    """A name is looked up, it never becomes a path."""
    assert 404 == small.get(root + name).status_code


def test_a_file_that_is_gone_is_said_to_be_damaged(small_home, root, tmp_path):
    """Half a file is worse than none."""
    home = tmp_path / "home"
    shutil.copytree(small_home.home, home)
    client = create_app(type(small_home)(home=home, country="zz")).test_client()
    client.get(root + SUMS)
    held = home / "versions" / root.split("/")[2] / "tables" / "entries.parquet"
    held.write_bytes(held.read_bytes()[:-1])

    assert 503 == client.get(f"{root}parquet/entries.parquet").status_code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_the_folder_leads_to_every_file(small, version, lang):
    """In each language, with and without the version in the address."""
    files = {f"v/{version.id}/bulk/{name}" for name in folder_of(version).files}
    for prefix in ("", f"/v/{version.id}"):
        answer = small.get(f"{prefix}/{lang}/zz/bulk/")

        assert 200 == answer.status_code
        assert files <= {address.lstrip("./") for address in page(answer).addresses}


def test_the_folder_itself_leads_to_its_page(small, root):
    """In the reader's language; no cache keeps whose that was."""
    answer = small.get(root, headers={"Accept-Language": "kk"})

    assert 303 == answer.status_code
    assert root.replace("/bulk/", "/kk/zz/bulk/") == answer.headers["Location"]
    assert "Accept-Language" in answer.headers["Vary"]


def test_files_of_a_synthetic_country_say_so_in_their_names(demo_home):
    """A table that was saved and passed on has lost its page."""
    folder = folder_of(in_force(demo_home, "kz-demo"))
    names = [name for name in folder.files if name.startswith(("csv/", "borders/"))]
    plain = json.loads(b"".join(folder.files["datapackage.json"].pieces(0, LARGEST)))

    assert [] == [name for name in names if "-synthetic." not in name]
    assert plain["is_synthetic"]


def examples():
    """Return the code of the documentation's part about the folder, by language."""
    part = (ROOT / "docs/exports.md").read_text(encoding="utf-8").split("\n## Bulk\n")[1].split("\n## ")[0]
    return dict(re.findall(r"```(sh|python|sql)\n(.*?)```", part, re.S))


def test_the_examples_of_the_documentation_run(small_app, version, tmp_path):
    """Fetched by the first, added up by the others: the same money as the version's, whichever way."""
    code = examples()
    with serving(small_app, []) as address:
        shell = code["sh"].replace("https://example.org/", address).replace("1234567890abcdef", version.id)
        done = subprocess.run(["sh", "-c", shell], cwd=tmp_path, check=False, **GIVEN)
    here = tmp_path / "figures"
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", code["python"]], cwd=here, check=False, **GIVEN)
    minor = duckdb.sql(code["sql"].replace("'parquet/", f"'{here}/parquet/")).fetchone()[0]
    rows = version.spending
    at = rows["period"] == version.periods.index("2024-12"), rows["phase"] == version.phases.index("executed")

    assert 0 == done.returncode, done.stderr
    assert int(rows["amount"][at[0] & at[1]].sum()) == minor
    assert minor == Decimal(told.stdout) * version.country.minor_units

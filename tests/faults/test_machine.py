"""Laws about the machine around us: its clock is wrong, its disk read-only, its versions of an earlier release."""

import ctypes
import json
import lzma
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import pytest

from geo.cli import main
from geo.core.errors import CannotWrite
from geo.core.settings import Settings
from geo.keeping import all_verified, restore
from geo.versions import Home
from geo.versions.cleaning import Rule, verdicts
from geo.web import create_app
from tests.faults.conftest import IDS
from tests.forked import exit_code

FORMATS = sorted((Path(__file__).resolve().parents[1] / "formats").glob("*.tar.xz"))
VIEW = "/en/zz/region/executed/2024/per=none/"
NOW = datetime.now(UTC)


def noted(home, *days):
    """Let the publications have been noted by clocks that were wrong by so many days."""
    path = home.folder / "publications.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row, by in zip(rows, days, strict=True):
        row["at"] = (NOW + timedelta(days=by)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("days", [(0, -365, 365, 0), (365, 0, -365, -1), (0, 0, -0.05, 0.05)])
def test_a_wrong_clock_changes_no_order(home, settings, days):
    """What is in force, what came before, what open pages are told goes by number; no answer is of the future."""
    noted(home, *days)
    client = create_app(settings).test_client()
    current = client.get("/api/current").json["countries"]["zz"]
    days_said = [client.get(path).headers.get("Last-Modified") for path in (VIEW, f"{VIEW}data.json", "/api/current")]

    assert [*IDS] == [row.id for row in home.publications()]
    assert (IDS[3], 4) == (current["id"], home.publication("zz").sequence)
    assert IDS[2] == home.rollback("zz").id
    assert IDS[1] == home.rollback("zz").id
    assert all(parsedate_to_datetime(said) <= datetime.now(UTC) for said in days_said if said)


@pytest.mark.parametrize("days", [(0, -365, -365, -365), (-0.5, -365, 365, -365), (0, 0, -0.9, -2)])
def test_a_clock_that_went_back_removes_nothing_that_readers_hold(home, days):
    """What was in force a moment ago is kept for its day, whatever was noted after it."""
    noted(home, *days)

    assert {IDS[0], IDS[2], IDS[3]} <= {row.id for row in verdicts(home, Rule(2, 24), NOW) if row.is_kept}


def test_a_clock_that_once_went_ahead_does_not_keep_everything(home):
    """One note of next year is no reason to keep for a year what came before it."""
    noted(home, -9, 365, -7, -6)

    assert ["young", "old"] == [row.reason for row in verdicts(home, Rule(2, 24), NOW)][:2]


def test_descriptors_and_threads_do_not_grow_with_publications(home, settings):
    """Versions are opened and closed as they come into force: after forty as many are held as after eight."""
    client, held = create_app(settings).test_client(), []
    client.application.extensions["budgetmap"].guard.look_s = 0.0
    for number in range(40):
        home.publish(IDS[number % 4])
        for path in (VIEW, f"/v/{IDS[(number + 1) % 4]}{VIEW}data.csv", "/tiles/zz/2020-01-01/units/0/0/0.mvt"):
            client.get(path).close()
        held.append((len(os.listdir("/proc/self/fd")), threading.active_count()))

    assert held[7] == held[-1]


def without_rights():
    """Take from this process what lets root write everywhere."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert 0 == ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)())


def test_a_home_that_may_not_be_written_is_served(home, settings):
    """Pages, files, pictures and embeds too, which are then made anew each time; who publishes is told which path."""
    client = create_app(settings).test_client()
    paths = [VIEW, f"{VIEW}data.csv", f"{VIEW}map.svg", f"/v/{IDS[0]}{VIEW}embed/", "/readyz"]
    expected = [client.get(path).data for path in paths[:3]]
    for path in [home.folder, *home.folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)

    def served():
        without_rights()
        fresh = create_app(settings).test_client()
        answers = [fresh.get(path) for path in paths]
        with pytest.raises(CannotWrite) as refused:
            home.publish(IDS[0])
        assert str(home.folder) in refused.value.values["path"]
        assert [200] * len(paths) == [answer.status_code for answer in answers], [a.status_code for a in answers]
        assert expected == [answer.data for answer in answers[:3]]

    try:
        assert [0] == exit_code(served)
    finally:
        for path in [home.folder, *home.folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("place", [".", "versions", "current", "ledger"])
def test_a_home_that_may_not_be_looked_into_is_not_taken_for_an_empty_one(home, place, capfd):
    """The wrong user starts the service or a command: each says which folder, with the code of the system."""
    closed = home.folder / place
    closed.mkdir(exist_ok=True)
    closed.chmod(0o000)

    def asked(*words):
        without_rights()
        sys.argv = ["budgetmap", "--home", str(home.folder), *words]
        try:
            main()
        except SystemExit as left:
            return left.code

    try:
        codes = exit_code(*(partial(asked, *words.split()) for words in ("serve", "versions", "verify all", "doctor")))
    finally:
        closed.chmod(0o755)
    heard = capfd.readouterr()

    assert [4, 4, 4, 4] == codes
    assert (3, 0) == (heard.err.count("E-SYS-11"), heard.err.count("Traceback"))
    assert str(closed.resolve()) in heard.out


def test_a_format_that_was_written_is_kept_for_ever():
    """Each has a home here that was made by the release of its time."""
    assert ["2.tar.xz"] == [path.name for path in FORMATS]


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_a_version_of_an_earlier_release_is_answered(path, tmp_path):
    """Whole by its own digests and by the laws of today, with the figures of then, in every language and face."""
    (tmp_path / "a.tar").write_bytes(lzma.decompress(path.read_bytes()))
    home = Home(tmp_path / "home")
    restore(tmp_path / "a.tar", home)
    client = create_app(Settings(home=home.folder, country="zz")).test_client()
    faces = ["", "data.csv", "data.json", "data.geojson", "map.svg", "values.json", "embed/", "map.png"]
    statuses = {
        face: client.get(f"/{lang}/zz/region/executed/2024/{face}").status_code
        for lang in ("kk", "ru", "en")
        for face in faces
    }
    units = client.get(f"{VIEW}data.json").json["units"]

    assert {200} == {*statuses.values()}, statuses
    assert () == sum((row.wrong for row in all_verified(home)), ())
    assert {"10": 1500.0, "20": 2800.0, "30": 600.0, "40": 400.0, "50": 850.0} == {
        unit["unit_id"]: unit["value"] for unit in units
    }

"""Laws of damage under a running server: an answer is right, or it is none."""

import os
import threading
import time

import pytest

from geo.core.errors import DamagedVersion
from geo.versions import Home
from geo.web import create_app
from geo.web.scrubbing import Guard, Scrubber
from tests.faults.conftest import IDS

VIEW = "/en/zz/region/executed/2024/per=none/"


def spoil(path):
    """Turn one bit in the middle of a file, at the place where it lies."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    with path.open("r+b") as file:
        file.write(content)
    later = time.time_ns() + 1_000_000_000
    os.utime(path, ns=(later, later))


@pytest.fixture
def app(settings):
    """The service over the small home, which looks at its files before every answer."""
    made = create_app(settings)
    site = made.extensions["budgetmap"]
    site.guard.look_s = 0.0
    return made


def test_a_file_that_is_changed_under_the_server_is_never_answered_from(app, home):
    """Whatever file of the version it is: 503 for its pages, files and tiles until it is restored, then as before."""
    client, folder = app.test_client(), home.folder / "versions" / IDS[3]
    asked = [f"{VIEW}data.json", "/en/zz/region/executed/2024/", f"/v/{IDS[3]}{VIEW}data.csv"]
    right = [client.get(path).data for path in asked]
    found = []
    names = home.version(IDS[3]).manifest["files"]
    for name in [*names][:: max(1, len(names) // 12)]:
        before = (folder / name).read_bytes()
        spoil(folder / name)
        found.append([client.get(path).status_code for path in asked[:2]])
        (folder / name).write_bytes(before)

    assert {(503, 503)} == {tuple(one) for one in found}
    assert right == [client.get(path).data for path in asked]


def test_a_server_that_met_damage_says_that_it_is_not_ready(app, home):
    """And the versions before are answered as ever: nothing falls back in silence."""
    client = app.test_client()
    client.get(VIEW)
    spoil(home.folder / "versions" / IDS[3] / "spending.npy")
    ready = client.get("/readyz")

    assert 503 == ready.status_code
    assert 200 == client.get(f"/v/{IDS[2]}{VIEW}").status_code


def test_after_a_rollback_the_damaged_version_is_in_nobody_s_way(app, home):
    """The remedy that the error names helps at once, without a restart."""
    client = app.test_client()
    spoil(home.folder / "versions" / IDS[3] / "axes.json")
    before = client.get(VIEW).status_code
    home.rollback("zz", note="damaged")

    assert (503, 200) == (before, client.get(VIEW).status_code)


def test_what_rots_without_a_trace_is_found_by_reading_it_again(app, settings):
    """Neither size nor time nor number of the file changed: the scrubber compares digests and names the file."""
    site = app.extensions["budgetmap"]
    version = site.current("zz")
    path = version.folder / "spending.npy"
    seen = path.stat()
    spoil(path)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    unseen = version.intact.changed()
    scrubber = Scrubber(site.guard, lambda: [version], site._drop)
    found = scrubber.once(1000)
    with pytest.raises(DamagedVersion) as error:
        site.current("zz")

    assert "" == unseen
    assert [(version.id, "spending.npy")] == found
    assert {"id": version.id, "file": "spending.npy"} == error.value.values


def test_a_server_opens_what_is_in_force_when_it_starts(settings):
    """Then the first reader waits for no digest; the thread that reads on can be stopped."""
    site = create_app(settings).extensions["budgetmap"]
    site.watch()()

    assert [IDS[3]] == [*site._open]
    assert [] == [
        thread for thread in threading.enumerate() if thread.name in {"opener", "scrubber"} and not thread.daemon
    ]


def test_damage_is_not_looked_into_for_every_reader(tmp_path):
    """A damaged version is opened again when the file is another one, and not by each of a thousand requests."""
    guard, path = Guard(), tmp_path / "axes.json"
    path.write_bytes(b"rot")
    guard.damaged(tmp_path, path.name)
    with pytest.raises(DamagedVersion):
        guard.known(tmp_path.name)
    path.write_bytes(b"restored")

    assert guard.known(tmp_path.name) is None


def test_a_file_that_is_cut_or_gone_is_damage(home):
    """An open version never reads past what is left: an error with its name, no half array."""
    version = Home(home.folder).version(IDS[0])
    (version.folder / "spending.npy").write_bytes(b"\x93NUMPY")
    (version.folder / "bodies.json").unlink()
    with pytest.raises(DamagedVersion) as cut:
        _ = version.spending

    assert "spending.npy" == cut.value.values["file"]
    assert version.intact.changed() in {"spending.npy", "bodies.json"}

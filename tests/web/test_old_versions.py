"""Laws of versions of before: they are opened for whoever asks, and never at the cost of what is in force."""

import gc
import os
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest

from geo.core.files import to_json
from geo.core.settings import Settings
from geo.versions import Home, Version
from geo.versions.manifest import sealed
from geo.web import create_app
from tests.restaged import new_home

VIEW = "en/zz/region/executed/2024/per=none/"
READER = {"environ_base": {"REMOTE_ADDR": "203.0.113.5"}}
VISITS = int(os.environ.get("OLD_VERSIONS_VISITS", "200"))  # of two requests each
MOST_GROWN = 16 << 20  # bytes of memory that come and go by themselves


def with_versions(folder, version, count):
    """Return a home in which so many versions of the same figures were in force, and their ids, oldest first."""
    home, first = new_home(folder, version)
    ids = [first.id, *(f"{number:016x}" for number in range(2, count + 1))]
    manifest = {name: value for name, value in first.manifest.items() if name != "seal"}
    for one in ids[1:]:
        made = shutil.copytree(first.folder, home.folder / "versions" / one, copy_function=os.link)
        (made / "manifest.json").unlink()
        (made / "manifest.json").write_bytes(sealed({**manifest, "id": one}))
    row = home.publication("zz")
    rows = [{**vars(row), "sequence": number, "id": one} for number, one in enumerate(ids, 1)]
    (home.folder / "publications.jsonl").write_bytes(b"".join(to_json(one) + b"\n" for one in rows))
    (home.folder / "current" / "zz").write_bytes(to_json({"id": ids[-1], "sequence": count}))
    return home, ids


@pytest.fixture(scope="session")
def past(tmp_path_factory, zz_version):
    """Make a home of six versions, to be read only."""
    return with_versions(tmp_path_factory.mktemp("past"), zz_version, 6)


def service(home, **given):
    """Return a service over a home."""
    return create_app(Settings(home=home.folder, country="zz", **given))


def test_readers_of_old_versions_never_close_the_one_in_force(past):
    """However many are asked for: the others make room for each other."""
    home, ids = past
    site = service(home, open_versions=2).extensions["budgetmap"]
    in_force = site.current("zz")
    for one in ids[:-1]:
        site.opened(one)

    assert in_force is site.current("zz")
    assert {ids[-2], ids[-1]} == {*site._open}


@pytest.mark.parametrize(
    "path", [f"/v/{{}}/{VIEW}", "/tiles/zz/{}/bodies/0/0/0.mvt", "/tiles/zz/{}/bodies.json", "/api/versions/{}"]
)
def test_opening_what_is_past_is_dear(past, path):
    """Page, tile or description: a reader has so many a minute; of what is open, or in force, as many as there are."""
    home, ids = past
    client = service(home, open_versions=2, dear_per_minute=4).test_client()
    opened = [client.get(path.format(one), **READER).status_code for one in ids[:3]]
    again = [client.get(path.format(one), **READER).status_code for one in (ids[1], ids[-1])]

    assert [429] == [status for status in opened if status != 200]
    assert {200} == {*again}
    assert 200 == client.get(path.format(ids[3]), environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code


def test_news_is_dear_until_somebody_has_asked(past):
    """Two versions are compared for it; what was said is repeated for nothing."""
    home, ids = past
    client = service(home, dear_per_minute=4).test_client()
    asked = [client.get(f"/api/news/zz/{one}/6.en.json", **READER).status_code for one in (*ids[:3], ids[0], ids[1])]

    assert [200, 200, 429, 200, 200] == asked


def test_a_notice_costs_its_reader_nothing(past):
    """An article asks for it on behalf of everybody who reads it."""
    home, ids = past
    client = service(home, open_versions=1, dear_per_minute=2).test_client()
    asked = {client.get(f"/notice/{one}/{VIEW}notice.json", **READER).status_code for one in ids[:5]}

    assert {200} == asked


def test_many_readers_open_a_version_once(past, monkeypatch):
    """The others wait for the one who reads its files."""
    home, ids = past
    site = service(home).extensions["budgetmap"]
    together = threading.Barrier(4)
    found = []

    def read():
        together.wait()
        found.append(site.opened(ids[0]))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()

    assert 1 == len({id(version) for version in found})


def test_nothing_is_left_of_two_hundred_versions(tmp_path, zz_version):
    """Asked for one after the other: as many descriptors and threads as before, and only the open ones in memory."""
    home, ids = with_versions(tmp_path, zz_version, 200)
    app = service(home, open_versions=3, cache_mb=1)
    client, held = app.test_client(), []
    for number, one in enumerate(islice(cycle(ids), VISITS)):
        for path in (f"/v/{one}/{VIEW}data.csv", f"/tiles/zz/{one}/bodies/0/0/0.mvt"):
            assert 200 == client.get(path).status_code
        if number in {40, VISITS - 1}:
            gc.collect()
            held.append((len(os.listdir("/proc/self/fd")), threading.active_count(), resident()))
    kept = [one for one in gc.get_objects() if isinstance(one, Version) and one.folder.is_relative_to(home.folder)]

    assert held[0][:2] == held[1][:2]
    assert held[1][2] - held[0][2] < MOST_GROWN
    assert len(kept) <= 3 + 1
    assert [ids[-1]] == [one for one in app.extensions["budgetmap"]._open if one == Home(home.folder).current_id("zz")]


def resident():
    """Return the bytes of memory that this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_versions_are_opened_while_others_are_looked_at(past):
    """Threads that open, close and look at the same time disturb each other in nothing."""
    home, ids = past
    site, before = service(home, open_versions=3).extensions["budgetmap"], sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            starts = [threads.submit(opened, site, [*islice(cycle(ids), at, at + 60)]) for at in range(4)]
            found = [start.result() for start in starts]
    finally:
        sys.setswitchinterval(before)

    assert [[*islice(cycle(ids), at, at + 60)] for at in range(4)] == found


def opened(site, ids):
    """Return the ids of the versions that a site opens for these ids."""
    return [site.opened(one).id for one in ids]

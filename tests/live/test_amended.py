"""The short way of few new records gives the bytes of the long one."""

import dataclasses
import shutil

from geo.atlas import build
from geo.atlas.amending import Standing
from geo.live import Feed
from geo.versions import Home
from tests.conftest import made_zz, published
from tests.live.conftest import batch, record


def test_a_version_made_from_the_one_before_is_the_one_built_anew(feed, zz, tmp_path):
    """To the byte, whatever the records do: other figures, new lines, withdrawn ones, other periods, restated units."""
    feed.apply(batch("b1", record(executed="7.00")))
    feed.apply(batch("b2", record(revision=2, executed="0.01"), record("r2", body="50-budget", approved="5")))
    feed.apply(
        batch("b3", {"id": "r1", "revision": 3, "withdrawn": True}, record("r3", period="2023-12", executed="9"))
    )
    applied = feed.apply(batch("b4", record("r4", body="40-budget", function="02", executed="999999"), record("r5")))
    anew = dataclasses.replace(zz, home=tmp_path / "anew")
    shutil.copytree(zz.home / "ledger", anew.home / "ledger")
    version, expected = Home(zz.home).version(applied.version), build(anew, "zz")

    assert expected.id == version.id
    assert expected.manifest["files"] == version.manifest["files"]
    assert expected.manifest == version.manifest


def test_what_changes_more_than_figures_is_built_anew(feed, zz):
    """A period that no figure had is a new axis of everything."""
    feed.apply(batch("b1", record()))
    standing = Standing(zz, "zz")
    standing.atlas()
    ledger = feed._ledger

    assert standing.amended(ledger) is not None
    feed.apply(batch("b2", record("r2", period="2024-09")))
    assert standing.amended(ledger) is None


def test_the_last_subgroup_takes_its_files_with_it(tmp_path):
    """What a feed alone has divided is divided no more once it withdraws that: the version of before is in force again.

    Of a version that has no subgroups nothing of theirs stays.
    """
    zz = made_zz(tmp_path).settings
    plan = next(zz.data.rglob("budget.toml"))
    plan.write_text(plan.read_text().replace('function = ["group", "subgroup"]', 'function = ["group"]'))
    feed = Feed(published(zz, "zz"), "zz")
    feed.settle()
    before = feed.apply(batch("b1", record()))
    divided = feed.apply(batch("b2", record("r2", function="0101", executed="3.00")))
    after = feed.apply(batch("b3", {"id": "r2", "revision": 2, "withdrawn": True}))
    home = Home(zz.home)

    assert "subgroups.json" in home.version(divided.version).manifest["files"]
    assert (before.version, before.version) == (after.version, home.current_id("zz"))

"""Short forms of the proofs: deaths, losses of power and full disks while quick acts write, publishers side by side."""

import random
import shutil

import pytest

from geo.core.files import replace_durably
from geo.core.settings import Settings
from geo.versions import Home
from scripts.proofs import feeding
from scripts.proofs.crash import at_instants, at_steps
from scripts.proofs.disk_full import refused
from scripts.proofs.dying import broken_laws, child, plays, rehearsed, told_in
from scripts.proofs.no_room import too_large
from scripts.proofs.power import broken, lost, recorded, states
from scripts.proofs.publishers import contested, country_of_zz, staged
from tests.conftest import made_zz, published

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """Where the quick acts are done."""
    return tmp_path_factory.mktemp("plays")


@pytest.fixture(scope="module")
def quick(scene):
    """The acts that take no build, by name."""
    return {play.name: play for play in plays(scene, ("rollback", "gc", "import"))}


@pytest.fixture(scope="module")
def ingest(once, tmp_path_factory):
    """A process that takes a batch, ready to be disturbed where it stands: the act, and settings of a fresh home."""
    folder = tmp_path_factory.mktemp("fed")
    shutil.copytree(once("live-zz", lambda made: published(made_zz(made).settings, "zz")), folder, dirs_exist_ok=True)
    settings = Settings(home=folder / "home", data=folder / "data", country="zz")
    play = rehearsed(folder, feeding.feeding(settings, ["ingest"])[0])
    return play, lambda: play.opened(folder / "calm-ingest")


@pytest.mark.parametrize("name", ["rollback", "gc"])
def test_whoever_dies_at_a_named_step_leaves_nothing_half(quick, tmp_path, name):
    """Readers get the answers before or after; done again without cleaning by hand it ends as if nothing had been."""
    kills, wrong = at_steps(quick[name], tmp_path, every=False)

    assert [] == wrong
    assert kills >= 5


def test_whoever_dies_at_any_instant_leaves_nothing_half(quick, tmp_path):
    """The same wherever the power goes."""
    assert [] == at_instants(quick["gc"], tmp_path, 2, random.Random(7))[1]


def test_a_batch_whose_taker_dies_is_taken_once(ingest):
    """Dead between ledger and publication: the next start publishes it, and three times the same changes nothing."""
    play, opened = ingest
    settings = opened()
    code = child(play.doing.act, settings, "ingest: in the ledger")

    assert -9 == code
    assert [] == broken_laws(play, settings)


def test_a_batch_that_the_disk_refuses_is_taken_once_by_the_same_process(ingest):
    """Refused at the pointer, behind the ledger: it is told, and the same batch again brings it into force."""
    play, opened = ingest
    settings = opened()
    code = child(play.doing.act, settings, f"replace#{play.steps.count('replace')}=full")

    assert 4 == code
    assert play.after == told_in(settings)


@pytest.mark.parametrize(("name", "judged"), [("rollback", broken), ("import", lost)])
def test_a_loss_of_power_leaves_nothing_half(quick, tmp_path, name, judged):
    """At every moment, whatever of names and contents was not waited for; what was said to be done is done."""
    play = quick[name]
    found = [*states(recorded(play.doing.act, play.opened(tmp_path / "recorded")), is_short=True)]

    assert [] == [law for state in found for law in judged(play, state, tmp_path)]
    assert {True, False} == {state.is_told for state in found}


def test_a_batch_that_was_taken_outlasts_a_loss_of_power(ingest, tmp_path):
    """Version, ledger and publication, when the sender has its answer; before that readers get the old or the new."""
    play, opened = ingest
    found = [*states(recorded(play.doing.act, opened()), is_short=True)]

    assert [] == [law for state in found for law in lost(play, state, tmp_path)]
    assert {True, False} == {state.is_told for state in found}


def test_what_is_not_waited_for_is_lost_with_the_power(tmp_path):
    """The replay is no kinder than a disk: a content, a folder, a name that nobody waited for may be gone."""

    def writes(now):
        replace_durably(now.home / "waited", b"x")
        (now.home / "not waited").write_bytes(b"x")
        (now.home / "inside").mkdir()
        replace_durably(now.home / "inside" / "waited in vain", b"x")

    settings = Settings(home=tmp_path / "home", country="zz")
    settings.home.mkdir()
    found = [*states(recorded(writes, settings), is_short=True)]
    trees = [state.tree for state in found if state.is_told]

    assert {"waited": b"x"} in trees
    assert {"waited": b"x", "not waited": b"", "inside": None, "inside/waited in vain": b"x"} in trees
    assert all(one["waited"] == b"x" for one in trees)


def test_a_disk_that_is_full_at_any_write_leaves_nothing_half(quick, tmp_path):
    """And it is told: exit 4, with path, needed and free bytes."""
    count, told, wrong = refused(quick["rollback"], tmp_path, 3)

    assert [] == wrong
    assert count == told


def test_a_file_that_may_not_grow_is_a_full_disk(quick, scene):
    """The kernel refuses, and not a name of ours: the same."""
    count, told, wrong = too_large(quick["rollback"], scene, 2)

    assert [] == wrong
    assert count == told


def test_of_all_publishers_upon_one_version_one_wins(tmp_path):
    """In every round, also when whoever held the lock was killed."""
    home = Home(tmp_path / "home")
    ids = staged(home, country_of_zz(tmp_path), 4)

    assert [] == contested(home, ids, 5)

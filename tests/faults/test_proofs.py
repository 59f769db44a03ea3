"""Short forms of the proofs: deaths at each step of quick acts, refused writes, publishers side by side."""

import random

import pytest

from geo.versions import Home
from scripts.proofs.crash import at_instants, at_steps
from scripts.proofs.disk_full import refused
from scripts.proofs.dying import plays
from scripts.proofs.publishers import contested, country_of_zz, staged

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The acts that take no build, by name."""
    return {play.name: play for play in plays(tmp_path_factory.mktemp("plays"), ("rollback", "gc"))}


@pytest.mark.parametrize("name", ["rollback", "gc"])
def test_whoever_dies_at_a_named_step_leaves_nothing_half(quick, tmp_path, name):
    """Readers get the answers before or after; done again without cleaning by hand it ends as if nothing had been."""
    kills, wrong = at_steps(quick[name], tmp_path, every=False)

    assert [] == wrong
    assert kills >= 5


def test_whoever_dies_at_any_instant_leaves_nothing_half(quick, tmp_path):
    """The same wherever the power goes."""
    assert [] == at_instants(quick["gc"], tmp_path, 2, random.Random(7))[1]


def test_a_disk_that_is_full_at_any_write_leaves_nothing_half(quick, tmp_path):
    """And it is told: exit 4."""
    count, told, wrong = refused(quick["rollback"], tmp_path, 3)

    assert [] == wrong
    assert count == told


def test_of_all_publishers_upon_one_version_one_wins(tmp_path):
    """In every round, also when whoever held the lock was killed."""
    home = Home(tmp_path / "home")
    ids = staged(home, country_of_zz(tmp_path), 4)

    assert [] == contested(home, ids, 5)

"""A small home whose versions differ in one amount, and what a reader is answered from it."""

import shutil

import pytest

from geo.core.settings import Settings
from geo.versions import Home
from tests.restaged import restaged, with_totals

IDS = tuple(f"{number:016x}" for number in range(1, 5))


@pytest.fixture(scope="session")
def four(once, zz_version):
    """A folder whose home has four versions of zz, published one after the other; not to be written to."""

    def make(folder):
        for number in range(1, 5):
            files = with_totals(zz_version, {(0, -1, 0, -1): 100 * number})
            restaged(Home(folder / "home"), zz_version, number, files, note=f"number {number}")

    return once("four", make)


@pytest.fixture
def settings(four, tmp_path):
    """Settings of a copy of that home, to be spoilt by one test."""
    return Settings(home=shutil.copytree(four / "home", tmp_path / "home"), country="zz")


@pytest.fixture
def home(settings):
    """The same as a home."""
    return Home(settings.home)

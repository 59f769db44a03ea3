"""Countries that more than one test file needs: the real one built once, and a small one made in code."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

from geo.atlas import build
from geo.core.settings import Settings
from geo.versions import Home
from scripts import browser_libraries
from scripts.make_kz_demo import DEMO, make
from tests.country_zz import write_zz

DATA = Path(__file__).resolve().parent.parent / "data"
FEW_BODIES = 600


def pytest_configure(config):
    """Let pass what Ibis asks of pandas 3, an option of pandas 2; and set no deadline to Hypothesis."""
    config.addinivalue_line("filterwarnings", "ignore:The 'future.infer_string' option is deprecated")
    # A busy machine is slow, not wrong; each run draws other examples, so that few of them make many.
    hypothesis.settings.register_profile(
        "house", max_examples=40, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("house")
    if not hasattr(config, "workerinput") and browser_libraries.is_stale():
        browser_libraries.modules()  # pages are given what is written, not what was joined before


@dataclass(frozen=True)
class Made:
    """The country zz on disk: its two folders and the settings that find them."""

    settings: Settings
    borders: Path
    budget: Path


def made_zz(folder):
    """Write zz into a folder and return it; its versions would go beside it."""
    borders, budget = write_zz(folder / "data")
    return Made(Settings(home=folder / "home", data=folder / "data", country="zz"), borders, budget)


def published(settings, country):
    """Build a country, publish it and return the settings."""
    Home(settings.home).publish(build(settings, country).id)
    return settings


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Make a folder of what is dear, once for all workers: `once(name, make)` is the folder that `make(folder)` filled.

    Nobody writes into it afterwards. What `make` raises is raised, and the next to ask makes it anew.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of all workers' folders

    def folder(name, make):
        filled = shared / f"once-{name}"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (filled / "made").exists():
                shutil.rmtree(filled, ignore_errors=True)
                filled.mkdir()
                make(filled)
                (filled / "made").touch()
        return filled

    return folder


@pytest.fixture
def zz(tmp_path):
    """The country made in code, to be spoilt by one test."""
    return made_zz(tmp_path)


@pytest.fixture(scope="session")
def zz_home(once):
    """Settings whose home has zz published; not to be written to."""
    folder = once("zz", lambda folder: published(made_zz(folder).settings, "zz"))
    return Settings(home=folder / "home", data=folder / "data", country="zz")


@pytest.fixture(scope="session")
def zz_version(zz_home):
    """The version of zz in force."""
    home = Home(zz_home.home)
    return home.version(home.current_id("zz"))


@pytest.fixture(scope="session")
def kz_home(once):
    """Settings whose home has the bundled figures of Kazakhstan published; not to be written to."""
    folder = once("kz", lambda folder: published(Settings(home=folder / "home", data=DATA), "kz"))
    return Settings(home=folder / "home", data=DATA)


@pytest.fixture(scope="session")
def kz_version(kz_home):
    """The version of Kazakhstan in force."""
    home = Home(kz_home.home)
    return home.version(home.current_id("kz"))


@pytest.fixture(scope="session")
def demo_home(once):
    """Settings whose home has kz-demo of a few hundred synthetic bodies published; not to be written to."""
    folder = once("demo", _made_demo)
    return Settings(home=folder / "home", data=folder / "data", country=DEMO)


def _made_demo(folder):
    make(folder / "data", FEW_BODIES)
    published(Settings(home=folder / "home", data=folder / "data", country=DEMO), DEMO)


ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests: a second driver beside the first cannot be started."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        yield browser
        browser.close()

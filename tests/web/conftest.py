"""The service over all of Kazakhstan and over a country small enough to add up by eye."""

import pytest

from geo.web import create_app
from tests.web.zz import publish_zz


@pytest.fixture(scope="session")
def kz_app(kz_home):
    """Serve what Kazakhstan publishes."""
    return create_app(kz_home)


@pytest.fixture
def kz(kz_app):
    """Ask the service over Kazakhstan."""
    return kz_app.test_client()


@pytest.fixture(scope="session")
def small_home(tmp_path_factory):
    """Publish the country of four squares twice; nobody may write into this home."""
    root = tmp_path_factory.mktemp("zz")
    publish_zz(root)
    settings = publish_zz(root, factor=2)
    for place in (root, root / "home", root / "home" / "versions"):
        (place / "canary.txt").write_text("canary-7f3a", encoding="utf-8")
    return settings


@pytest.fixture(scope="session")
def small_app(small_home):
    """Serve the small country."""
    return create_app(small_home)


@pytest.fixture
def small(small_app):
    """Ask the service over the small country."""
    return small_app.test_client()

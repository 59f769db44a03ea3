"""The small country, as the tests of the service have it."""

from tests.web.conftest import small_app, small_home

__all__ = ["small_app", "small_home"]

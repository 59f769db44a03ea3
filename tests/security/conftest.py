"""The small country and the browser, as the tests of the service have them."""

from tests.browser.conftest import browse, serve
from tests.web.conftest import small_app, small_home

__all__ = ["browse", "serve", "small_app", "small_home"]

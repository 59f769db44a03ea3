"""The features over the countries of the tests, and a real server that remembers what it was asked."""

import threading
from dataclasses import dataclass, field

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from geo.versions import Home
from geo.web import create_app


@dataclass
class Features:
    """Asks the features of an application for JSON."""

    client: object
    root: str = "/ogc"

    def get(self, path="", status=200, **query):
        """Return the JSON of a part; `query` as keys, `bbox_crs` stands for bbox-crs."""
        response = self.answer(path, **query)
        assert status == response.status_code, response.get_data(as_text=True)
        return response.get_json()

    def answer(self, path="", headers=None, **query):
        """Return the response of a part."""
        asked = {key.replace("_crs", "-crs") if key == "bbox_crs" else key: value for key, value in query.items()}
        return self.client.get(f"{self.root}{path}", query_string=asked, headers=headers or {})

    def items(self, collection, status=200, **query):
        """Return the answer to a request for features."""
        return self.get(f"/collections/{collection}/items", status, **query)

    def ids(self, collection, **query):
        """Return the ids of the features of one answer."""
        return [feature["id"] for feature in self.items(collection, **query)["features"]]


@pytest.fixture(scope="session")
def small_version(small_home):
    """The version of the small country in force."""
    home = Home(small_home.home)
    return home.version(home.current_id("zz"))


@pytest.fixture
def ogc(small):
    """The features of the small country."""
    return Features(small)


@pytest.fixture(scope="session")
def demo_app(demo_home):
    """Serve the made-up country with a point for each body."""
    return create_app(demo_home)


@pytest.fixture
def demo(demo_app):
    """The features of the made-up country."""
    return Features(demo_app.test_client())


@pytest.fixture(scope="session")
def demo_version(demo_home):
    """The version of the made-up country in force."""
    home = Home(demo_home.home)
    return home.version(home.current_id("kz-demo"))


class _Quiet(WSGIRequestHandler):
    def log(self, *_):
        """Say nothing."""


@dataclass
class Served:
    """A server on a port of its own; `asked` is every (path, query, Accept) that came."""

    address: str
    asked: list = field(default_factory=list)


@pytest.fixture(scope="session")
def serve():
    """Return what serves an application to other programs until the tests end."""
    servers = []

    def start(app):
        asked = []

        def noting(environ, answer):
            asked.append((environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_ACCEPT", "")))
            return app(environ, answer)

        server = make_server("127.0.0.1", 0, noting, threaded=True, request_handler=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Served(f"http://127.0.0.1:{server.port}", asked)

    yield start
    for server in servers:
        server.shutdown()


@pytest.fixture(scope="session")
def small_served(serve, small_app):
    """The small country, served."""
    return serve(small_app)


@pytest.fixture(scope="session")
def demo_served(serve, demo_app):
    """The made-up country, served."""
    return serve(demo_app)


@pytest.fixture(scope="session")
def kz_served(serve, kz_app):
    """Kazakhstan, served."""
    return serve(kz_app)

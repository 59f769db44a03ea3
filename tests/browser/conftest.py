"""A real browser and a real server for the tests of this folder."""

import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from werkzeug.serving import WSGIRequestHandler, make_server

from geo.web import create_app
from tests.browser import plain_files
from tests.browser.waiting import PATIENCE_MS
from tests.browser.watching import Watched

SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"


class _Quiet(WSGIRequestHandler):
    def log(self, *args):
        """Keep the lines of requests out of the output of the tests."""


@contextmanager
def serving(app, port=0):
    """Serve a WSGI application on a port of this machine, by default a free one, and yield its address, without a
    slash behind."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def pytest_addoption(parser):
    """Let the laws of readers be asked of frozen sites instead of the service."""
    parser.addoption("--plain-files", action="store_true", help="run what applies to plain files, against them")


def pytest_collection_modifyitems(config, items):
    """Leave out what does not apply to plain files where those are asked."""
    if config.getoption("--plain-files", default=False):
        here = [item for item in items if plain_files.reason_of(item.nodeid.rpartition("browser/")[2]) is None]
        config.hook.pytest_deselected(items=[item for item in items if item not in here])
        items[:] = here


def pytest_terminal_summary(terminalreporter, config):
    """Say why each law was left out that plain files were not asked."""
    if config.getoption("--plain-files", default=False):
        names = {item.nodeid.rpartition("browser/")[2] for item in terminalreporter.stats.get("deselected", ())}
        for name, reason in sorted({(name.partition("[")[0], plain_files.reason_of(name)) for name in names}):
            terminalreporter.write_line(f"not asked: {name}: {plain_files.REASONS[reason]}")


@pytest.fixture(scope="session")
def serve(request, once):
    """Serve applications until the session ends: `serve(app)` is an address. With `--plain-files` it is that of the
    frozen site of an application of ours, in a folder of a folder of a host of plain files."""
    open_servers = []
    is_plain = request.config.getoption("--plain-files", default=False)

    def begin(app):
        is_ours = "budgetmap" in getattr(app, "extensions", ())
        held = plain_files.serving(app, once) if is_plain and is_ours else serving(app)
        open_servers.append(held)
        return held.__enter__()

    yield begin
    for held in open_servers:
        held.__exit__(None, None, None)


@pytest.fixture(scope="session")
def site(kz_home, serve):
    """The address of the service over Kazakhstan."""
    return serve(create_app(kz_home))


@pytest.fixture(scope="session")
def demo_site(demo_home, serve):
    """The address of the service over kz-demo."""
    return serve(create_app(demo_home))


@pytest.fixture
def browse(chromium):
    """Open addresses in windows of their own: `browse(address, width=360, color_scheme="dark")` is what was seen.

    The reader saves data, so the moving map does not come unasked over the drawing; with `moves` it does.
    """
    contexts = []

    def begin(address, *, width=1440, moves=False, **given):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **given)
        contexts.append(context)
        if not moves:
            context.add_init_script(SAVES_DATA)
        return Watched.opened(context, address)

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def patience():
    """Wait for what comes as long as a busy machine needs."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def moved(browse):
    """Open an address and wait for the moving map: `moved(address, width=…)` is what was seen."""

    def begin(address, **given):
        seen = browse(address, moves=True, **given)
        seen.page.wait_for_selector(".is-moving", timeout=2 * PATIENCE_MS)  # the page itself waits as long as that once
        return seen

    return begin

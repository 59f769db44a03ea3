"""How many requests an address takes, counted on both ends: by Chromium, and by the server it asks."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
)


def requests_in_chromium(app: Flask, paths: list[str]) -> dict[str, tuple[int, int]]:
    """Return what each address takes until the network is idle: requests the browser made, those the server saw."""
    from playwright.sync_api import sync_playwright

    seen: list[str] = []
    counts = {}
    with (
        serving(app, seen) as root,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET]) as browser,
    ):
        for path in paths:
            seen.clear()
            counts[path] = visited(browser, root + path), len(seen)
    return counts


def visited(browser: Any, address: str) -> int:
    """Return how many requests a new visitor's browser makes for an address."""
    sent: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: sent.append(request.url))
    page.goto(address, wait_until="networkidle")
    context.close()
    return len(sent)


@contextmanager
def serving(app: Flask, seen: list[str]) -> Iterator[str]:
    """Serve the application on a free port of this machine, noting each address asked for; yield its root."""

    def noted(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        seen.append(environ["PATH_INFO"])
        return app(environ, start)

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    server = make_server("127.0.0.1", 0, noted, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

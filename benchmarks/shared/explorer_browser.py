"""Chromium as the explorer is measured in: its flags, a slowed processor and line, and what a page tells of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.shared.browser import CHROMIUM, QUIET

# Drawn by the processor, so that a machine without a graphics card measures the same thing.
FLAGS = (*(flag for flag in QUIET if flag != "--disable-gpu"), "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PROBE = (Path(__file__).parent / "explorer_probe.js").read_text(encoding="utf-8")
LONGEST_MS = 30_000
PHONE = {"viewport": {"width": 360, "height": 720}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


@dataclass
class Weights:
    """Bytes of answers as they travelled, heads included, by address."""

    bytes: dict[str, int] = field(default_factory=dict)

    @property
    def together(self) -> int:
        """Return the sum."""
        return sum(self.bytes.values())


@dataclass(frozen=True)
class Tab:
    """A page with what it weighs and the line to the browser's own instruments."""

    page: Any
    tools: Any
    weights: Weights

    def fresh(self) -> Weights:
        """Return what was weighed until now and begin anew."""
        weighed = Weights(dict(self.weights.bytes))
        self.weights.bytes.clear()
        return weighed


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield the browser."""
    from playwright.sync_api import sync_playwright

    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS]) as browser,
    ):
        yield browser


@contextmanager
def tab(browser: Any, kind: dict[str, Any], *, cpu: int, line: tuple[int, int] | None = None) -> Iterator[Tab]:
    """Yield a new visitor's page: the processor `cpu` times slower, `line` in (bits a second, milliseconds a round)."""
    context = browser.new_context(**kind)
    page = context.new_page()
    page.set_default_timeout(LONGEST_MS)
    page.add_init_script(PROBE)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    if line:
        rate, latency = line[0] / 8, line[1]
        limits = {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate}
        tools.send("Network.emulateNetworkConditions", limits)
    weights, asked = Weights(), {}
    tools.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))

    def weigh(event: dict[str, Any]) -> None:
        address = asked.get(event["requestId"], "")
        weights.bytes[address] = weights.bytes.get(address, 0) + int(event["encodedDataLength"])

    tools.on("Network.loadingFinished", weigh)
    try:
        yield Tab(page, tools, weights)
    finally:
        context.close()

"""A reader's acts on our page and on the peers' pages, each with the time from the act to the end of its frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.shared.explorer_browser import Tab
from benchmarks.shared.explorer_peers import library

# The values of a view have come when the page gives the territories their classes, on the drawing as on the moving map.
_LISTEN = """() => {
  window.shown = () => new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()); });
    const drawing = document.querySelector("[data-map]>.map");
    watch.observe(drawing, { attributes: true, attributeFilter: ["class"], subtree: true });
  });
}"""
_AWAIT_CHANGE = """() => {
  window.result = window.shown().then((at) => probe.drawnAfter(at)).then((at) => (at < 0 ? -1 : at - probe.acted));
}"""
_AWAIT_PANEL = """() => {
  const panel = document.getElementById("panel");
  const isThere = () => !panel.hidden && panel.querySelector("[data-panel]") && !panel.ariaBusy?.includes("true");
  window.result = new Promise((done) => {
    new MutationObserver(async (_, watch) => {
      if (!isThere()) return;
      watch.disconnect();
      done((await probe.painted()) - probe.acted);
    }).observe(panel, { attributes: true, childList: true, subtree: true });
  });
}"""
_FIRST_FIGURES = """() => new Promise((done) => {
  const look = async () => {
    const first = performance.getEntriesByName("first-contentful-paint")[0];
    const isRead = document.querySelector(".overall b")?.textContent && document.querySelector(".twin tbody td");
    if (first && isRead) return done(await probe.painted());
    requestAnimationFrame(look);
  };
  look();
})"""
# A point that belongs to a unit on the screen, found as a finger finds it: what lies on top there.
_WITHIN = """number => {
  const link = document.querySelector(`.mapbox .map > a[data-u="${number}"]`);
  link.scrollIntoView({ block: "center" });
  const { left, top, width, height } = link.getBoundingClientRect();
  for (let i = 1; i < 24; i++) for (let j = 1; j < 24; j++) {
    const [x, y] = [left + (width * i) / 24, top + (height * j) / 24];
    if (document.elementFromPoint(x, y)?.closest("[data-u]")?.dataset.u === number) return [x, y];
  }
}"""
_SECONDS = 60_000


@dataclass
class Explorer:
    """Our page in a tab; what it did is divided into steps for the long tasks."""

    tab: Tab
    address: str
    steps: list[tuple[str, float]] = field(default_factory=list)

    def open(self) -> None:
        """Load the page and wait until nothing more comes."""
        self.tab.page.goto(self.address, wait_until="networkidle")
        self.steps.append(("load", 0.0))
        self.tab.page.evaluate(_LISTEN)

    def open_moving(self) -> None:
        """Load the page and wait until the moving map has come by itself, as it does on a wide idle screen."""
        self.open()
        page = self.tab.page
        self._step("moving map")
        page.locator(".mapbox.is-moving canvas").first.wait_for(state="attached")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing more is fetched."""
        self.tab.page.wait_for_load_state("networkidle")
        self.tab.page.wait_for_timeout(600)

    def change(self, name: str, value: str) -> float:
        """Choose another measure, function or month; returns milliseconds until it is painted."""
        page = self.tab.page
        self._step(f"another {name}")
        page.evaluate(_AWAIT_CHANGE)
        if name == "month":
            page.locator(f".strip a[href*='/{value}/'], .strip a[href$='/{value}/']").first.dispatch_event("click")
        else:
            page.locator(f".controls [name={name}]").select_option(value)
        took = float(page.evaluate("window.result"))
        if took < 0:
            raise SystemExit(f"{page.url}: nothing was drawn, so the values are those of before")
        page.locator("#content:not([aria-busy])").wait_for()  # the table, the legend and the choices have followed
        self.settle()  # each act begins at rest, as those on the peers' pages do
        return took

    def panel(self, number: int) -> float:
        """Open the panel of a unit whose page the server has answered before; returns milliseconds until painted."""
        page = self.tab.page
        link = page.locator(".twin tbody th a").nth(number)
        page.request.get(link.evaluate("link => link.href"))
        self._step("panel")
        page.evaluate(_AWAIT_PANEL)
        link.click()
        took = float(page.evaluate("window.result"))
        page.keyboard.press("Escape")
        page.locator("#panel").wait_for(state="hidden")
        return took

    def tasks(self) -> list[tuple[str, float, float]]:
        """Return (step, longest own task, MapLibre's largest share of one) in milliseconds, tasks over 50 ms alone."""
        said = self.tab.page.evaluate("({ long: probe.long, frames: probe.frames })")
        found: dict[str, tuple[float, float]] = {}
        for task in said["long"]:
            parts = [
                part
                for frame in said["frames"]
                for part in frame["parts"]
                if task["at"] - 1 <= part["at"] <= task["at"] + task["ms"] and "maplibre" in part["by"]
            ]
            engine = min(task["ms"], sum(part["ms"] for part in parts))
            step = [name for name, at in self.steps if at <= task["at"]][-1]
            own, most = found.get(step, (0.0, 0.0))
            found[step] = max(own, task["ms"] - engine), max(most, engine)
        return [(step, own, engine) for step, (own, engine) in found.items()]

    def _step(self, name: str) -> None:
        self.steps.append((name, float(self.tab.page.evaluate("performance.now()"))))


def opened_bare(tab: Tab, root: str) -> None:
    """Load the bare page and wait until it is drawn."""
    tab.page.goto(root)
    tab.page.wait_for_function("window.isReady")


def bare_turn(tab: Tab, *, is_fetched: bool) -> float:
    """Recolour the bare page; returns milliseconds from the click to the end of the frame."""
    tab.page.evaluate(f"probe.took = 0; fetching({str(is_fetched).lower()})")
    tab.page.locator("#next").click()
    tab.page.wait_for_function("probe.took")
    return float(tab.page.evaluate("probe.took"))


def opened_folium(tab: Tab, root: str) -> None:
    """Answer what folium's page names on other hosts, and load it once: a reader has its libraries already."""

    def answer(route: object) -> None:
        kind, content = library(urlsplit(route.request.url).path)  # type: ignore[attr-defined]
        route.fulfill(content_type=kind, body=content, headers={"cache-control": "max-age=3600"})  # type: ignore[attr-defined]

    tab.page.route(lambda address: not address.startswith(root), answer)
    tab.page.goto(root)


def folium_turn(tab: Tab, root: str) -> float:
    """Load folium's page with other values, as such a site does; returns milliseconds until it is painted."""
    tab.page.goto(root, wait_until="load")
    return float(tab.page.evaluate("probe.painted()"))


def readable_ms(tab: Tab, address: str) -> float:
    """Visit a page for the first time; returns milliseconds until its figures are painted."""
    tab.page.goto(address, wait_until="commit")
    return float(tab.page.evaluate(_FIRST_FIGURES))


def taps_to_a_figure(tab: Tab) -> int:
    """Return how many taps show the figure of a region that the table has in its last row; 99 where none does."""
    page = tab.page
    row = page.locator(".twin tbody tr").last
    name, figure = row.locator("a").inner_text(), row.locator("td").first.inner_text()
    number = row.get_attribute("data-u")
    page.touchscreen.tap(*page.evaluate(_WITHIN, number))
    seen = page.locator("#readout, #panel, main").filter(has_text=name).filter(has_text=figure)
    seen.first.wait_for(timeout=_SECONDS)
    return 1

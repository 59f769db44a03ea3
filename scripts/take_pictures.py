"""Take the pictures of docs/pictures/: key views in three languages, on a phone and a desktop, light and dark.

`make pictures` serves what is published in the home (`make map` builds both countries there) and takes them all; an
address as argument takes them from a service that runs: `python scripts/take_pictures.py http://127.0.0.1:8000/`.
Beside them go an index for people and `boxes.json` for tests/browser/test_pictures.py: where the blocks of drawn views
stood, and with which fonts, since another machine has other fonts.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
SIZES = {"desktop": (1440, 900), "phone": (360, 800)}
QUALITY = 80  # of WebP
REGIONS, TOTALS = "kz/region/executed/2024/", "kz/region/executed/2024/per=none/"
CITIES = "kz-demo/city/executed/2024/per=none/"
MOVING = "kz-demo/region/executed/2024/#map=9.2/43.27/76.95&show=bodies"
COMPARED = "kz/compare/2022-06-08/region/350000000,630000000/"
FOUND, BODY = "kz-demo/search/?q=Семей", "kz-demo/body/027840820640/"
UNIT = "kz/unit/2022-06-08/region/750000000/"
# Blocks whose places are compared, by what finds them.
BLOCKS = (".top", ".headline", ".strip", ".mapbox", ".overall", ".legend", ".controls", ".tablebox")


@dataclass(frozen=True)
class Picture:
    """A view as one reader sees it; `acts` are what the reader does first, by name in ACTS."""

    view: str
    path: str
    lang: str
    size: str
    scheme: str
    acts: tuple[str, ...] = ()

    def but(self, **changes: Any) -> Picture:
        """Return the same picture with other members."""
        return replace(self, **changes)

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{self.view}-{self.lang}-{self.size}-{self.scheme}.webp"

    @property
    def is_drawn(self) -> bool:
        """Tell whether the server drew it: the same everywhere but for fonts, so it can be compared."""
        return self.path.startswith("kz/") and "#" not in self.path


def shots(view: str, path: str, *kinds: str, acts: tuple[str, ...] = ()) -> list[Picture]:
    """Return a view's pictures, each kind in the form "kk phone dark"."""
    return [Picture(view, path, *kind.split(), acts=acts) for kind in kinds]


PICTURES = [
    *shots("regions", REGIONS, "en desktop light", "ru phone light", "kk desktop dark", "kk phone dark"),
    *shots("totals", TOTALS, "ru desktop light", "en phone dark"),
    *shots("cities", CITIES, "kk desktop dark"),
    *shots("moving", MOVING, "en desktop light", "kk phone dark", "ru desktop dark", acts=("move",)),
    *shots("panel", f"{REGIONS}#unit=230000000", "kk desktop light", "ru phone light"),
    *shots("unit", UNIT, "kk phone light", "en desktop light", "ru desktop dark"),
    *shots("compare", COMPARED, "kk desktop light", "ru phone dark"),
    *shots("search", FOUND, "kk phone light", "ru desktop light", "en phone dark"),
    *shots("body", BODY, "kk desktop dark", "ru phone light", "en desktop light"),
]


def main() -> None:
    """Take every picture and write the index and the boxes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(sys.argv[1:]) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        boxes = {}
        for picture in PICTURES:
            page = opened(browser, base, picture)
            (FOLDER / picture.name).write_bytes(taken(page))
            if picture.is_drawn:
                boxes[picture.name] = boxes_of(page)
            page.context.close()
        browser.close()
    for path in FOLDER.glob("*.webp"):
        if path.name not in {picture.name for picture in PICTURES}:
            path.unlink()
    text = json.dumps({"fonts": fonts(), "boxes": boxes}, indent=1, sort_keys=True)
    (FOLDER / "boxes.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")


def opened(browser: Any, base: str, picture: Picture) -> Any:
    """Return a page of a window of its own, as the picture shows it."""
    width, height = SIZES[picture.size]
    has_touch = picture.size == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=picture.scheme,
        has_touch=has_touch,
        reduced_motion="reduce",
    )
    # To who saves data the moving map does not come unasked.
    context.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page = context.new_page()
    page.goto(f"{base}{picture.lang}/{picture.path}", wait_until="networkidle")
    for act in picture.acts:
        ACTS[act](page)
    return page


def move(page: Any) -> None:
    """Have the moving map, drawn."""
    page.locator("#moving").click()
    page.locator(".mapbox.is-moving canvas").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.locator(".mapbox").evaluate("box => scrollTo(0, box.getBoundingClientRect().top + scrollY - 90)")
    page.wait_for_timeout(1500)  # tiles that came last are drawn


ACTS = {"move": move}


def taken(page: Any) -> bytes:
    """Return what the window shows, as WebP."""
    tools = page.context.new_cdp_session(page)
    answer = tools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(answer["data"])


def boxes_of(page: Any) -> dict[str, list[int]]:
    """Return left, top, width and height of each block that the page has, in pixels."""
    found = page.evaluate(
        """blocks => blocks.flatMap(block => {
          const element = document.querySelector(block);
          if (!element) return [];
          const { left, top, width, height } = element.getBoundingClientRect();
          return [[block, [left, top + scrollY, width, height].map(Math.round)]];
        })""",
        list(BLOCKS),
    )
    return dict(found)


def fonts() -> str:
    """Return a digest of the fonts that this machine writes our languages with; empty where nobody can tell."""
    if not shutil.which("fc-match"):
        return ""
    asked = [f"{family}:lang={lang}" for family in ("system-ui", "sans-serif", "monospace") for lang in ("kk", "en")]
    files = [
        subprocess.run(["fc-match", "--format=%{file}", name], check=True, capture_output=True).stdout for name in asked
    ]
    return hashlib.sha256(
        b"".join(hashlib.sha256(Path(name.decode()).read_bytes()).digest() for name in files)
    ).hexdigest()


def index() -> str:
    """Return the index: a table of views."""
    lines = [
        "# Pictures",
        "",
        "Made by `make pictures`, never by hand. The moving map is of kz-demo, whose organisations are invented.",
        "",
        "| view | language | device | colours | picture |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {p.view} | {p.lang} | {p.size} | {p.scheme} | [{p.name}]({p.name}) |" for p in PICTURES]
    return "\n".join(lines) + "\n"


@contextmanager
def served(words: list[str]) -> Iterator[str]:
    """Yield the address of the service that was named, or of one over the home of this folder."""
    if words:
        yield words[0].rstrip("/") + "/"
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("budgetmap")), "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None and not _listens(port):
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()

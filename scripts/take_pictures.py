"""Take the picture of the README: the first page of a running service, as a reader sees it.

Run `make map` in one terminal and `python scripts/take_pictures.py http://127.0.0.1:8000/` in another.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PICTURES = {"map.png": "en/kz/region/executed/2024/"}
FOLDER = Path(__file__).parents[1] / "docs"


def take(base: str) -> None:
    """Write each picture of PICTURES into docs/."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 830})
        for name, address in PICTURES.items():
            page.goto(base + address)
            page.screenshot(path=FOLDER / name)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/")

"""What a browser window did: its page, everything on its console, everything it asked for."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

_POINT = """([place, unit]) => {
  const map = document.querySelector(place);
  for (const element of map.querySelectorAll(`[data-u="${unit}"]`)) {
    element.scrollIntoView({block: "center"});
    const box = element.getBoundingClientRect();
    for (let i = 1; i < 24; i++) for (let j = 1; j < 24; j++) {
      const [x, y] = [box.left + box.width * i / 24, box.top + box.height * j / 24];
      const seen = document.elementFromPoint(x, y);
      if (seen && map.contains(seen) && seen.closest("[data-u]")?.dataset.u === String(unit)) return [x, y];
    }
  }
  return null;
}"""


@dataclass
class Watched:
    """A window that was watched from its first byte."""

    page: object
    origin: str
    complaints: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    status: int = 0

    @classmethod
    def opened(cls, context, address):
        """Return the window after its page has loaded."""
        page = context.new_page()
        parts = urlsplit(address)
        seen = cls(page, f"{parts.scheme}://{parts.netloc}")
        page.on(
            "console", lambda said: seen.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("request", lambda request: seen.asked.append(request.url))
        seen.status = page.goto(address, wait_until="load").status
        return seen

    @property
    def faults(self):
        """Return what the console complained about, but for the status of the page itself and advice of the driver."""
        own = f"the server responded with a status of {self.status}"
        return [text for text in self.complaints if own not in text and "GL Driver Message" not in text]

    @property
    def foreign(self):
        """Return what was asked of other hosts."""
        return [url for url in self.asked if not url.startswith((f"{self.origin}/", "data:"))]

    def overflow(self):
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def point_at(self, unit, place=".map"):
        """Move the pointer onto a unit of the map."""
        spot = self.page.evaluate(_POINT, [place, unit])
        assert spot is not None, f"no spot of unit {unit} can be pointed at"
        self.page.mouse.move(*spot)

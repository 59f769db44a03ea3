"""Waiting in tests: until something is so in a frame, a law of a page holds, or a frame rests."""

from time import monotonic

PATIENCE_MS = 30_000  # a busy machine is slow, not wrong
# How high a page wants its frame, with its map in full; of no number until it is there and knows its width.
WANTED = """(main => {
  if (!main || !innerWidth) return NaN;
  main.style.height = "auto";
  const high = main.offsetHeight;
  main.style.height = "";
  return high;
})(document.querySelector("main"))"""


def awaited(frame, condition):
    """Wait until something is so in a frame; asked from outside, for its policy lets no text become code in it."""
    until = monotonic() + PATIENCE_MS / 1000
    while not frame.evaluate(condition):
        assert monotonic() < until, condition
        frame.page.wait_for_timeout(50)


def settled(frame):
    """Return (height of the frame, height of all that is in it, height over width of its map) when they rest."""
    frame.frame_element().scroll_into_view_if_needed()  # elsewhere a browser has no time for it
    frame.wait_for_selector(".map")
    awaited(frame, f"innerHeight === {WANTED}")
    return frame.evaluate(
        """() => { const map = document.querySelector(".map").getBoundingClientRect();
        return [innerHeight, document.documentElement.scrollHeight, map.height / map.width]; }"""
    )


def settles(page, law):
    """Wait until a law of the page holds: a function without arguments that gives an empty result."""
    for _ in range(PATIENCE_MS // 100):
        if not law():
            break
        page.wait_for_timeout(100)
    return law()

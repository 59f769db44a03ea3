"""The child process that draws one picture: SVG comes in, PNG goes out, within limits of memory and time.

It stands alone and imports nothing of ours: the library that draws holds up every thread of its process, and whatever
happens to it, the service answers on.
"""

from __future__ import annotations

import os
import resource
import sys

MEMORY, SECONDS = 1 << 30, 30


def main() -> None:
    """Draw the SVG of the standard input as many times larger as the first argument says."""
    os.nice(10)  # pages come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import resvg_py

    svg = sys.stdin.buffer.read().decode("utf-8")
    made = resvg_py.svg_to_bytes(svg_string=svg, zoom=float(sys.argv[1]), skip_system_fonts=True)
    sys.stdout.buffer.write(bytes(made))


if __name__ == "__main__":
    main()

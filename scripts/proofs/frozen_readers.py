"""Whether readers find on plain files what they find on the service.

    python -m scripts.proofs.frozen_readers [-n 2] [what pytest takes]

Every browser test of readers is run, unchanged, against frozen sites: each country that a test serves is frozen, every
publication after the other, and served as `python -m http.server` does, in a folder of a folder. What does not apply to
plain files is listed with its reason (tests/browser/plain_files.py). Broken where a test fails.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(words: Sequence[str]) -> int:
    """Run the tests and return 1 where one failed."""
    asked = [sys.executable, "-m", "pytest", "--quiet", "--plain-files", "tests/browser", *words]
    return int(subprocess.run(asked, cwd=ROOT, check=False).returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

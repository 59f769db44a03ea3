"""Keeping a home whole: what is wrong with it (doctor), whether it is what was written (verify), copies of it."""

from geo.keeping.backup import Copied, backup, restore
from geo.keeping.doctor import Finding, examined, mended
from geo.keeping.verify import Verified, verified

__all__ = ["Copied", "Finding", "Verified", "backup", "examined", "mended", "restore", "verified"]

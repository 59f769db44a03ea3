"""Keeping a home whole: what is wrong with it (doctor), whether it is what was written (verify), copies of it."""

from geo.keeping.backup import Copied, backup
from geo.keeping.doctor import Finding, examined, mended
from geo.keeping.restoring import restore
from geo.keeping.verify import Verified, all_verified, verified

__all__ = ["Copied", "Finding", "Verified", "all_verified", "backup", "examined", "mended", "restore", "verified"]

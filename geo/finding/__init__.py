"""Stage. The tables and files of a version → the index that its readers search: what is found by which words."""

from __future__ import annotations

from geo.finding.documents import FOLDER, Places, documents
from geo.finding.index import index_of
from geo.finding.places import read_former, read_settlements

__all__ = ["FOLDER", "Places", "documents", "index_of", "read_former", "read_settlements"]

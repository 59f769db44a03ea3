"""Stage 1. Borders → units: of an edition that lies in the data folder, or of a file that somebody sent."""

from geo.boundaries.places import check_places
from geo.boundaries.units import read_neighbours, read_units, read_units_file

__all__ = ["check_places", "read_neighbours", "read_units", "read_units_file"]

"""Stage 3. Bodies → the one unit that owns each, and how we know."""

from geo.join.owning import owners, owners_on_maps
from geo.join.placing import Map, place, placements

__all__ = ["Map", "owners", "owners_on_maps", "place", "placements"]

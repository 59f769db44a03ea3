"""Files of a view over HTTP: what a maker of a face is given and gives, how it leaves, what is kept of it."""

from geo.web.exports.giving import given
from geo.web.exports.made import Face, Made, Wanted

__all__ = ["Face", "Made", "Wanted", "given"]

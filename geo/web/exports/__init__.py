"""Files of a view over HTTP: what a maker of a face is given and gives, how it leaves, what is kept of it."""

from geo.web.exports.apart import data_gpkg, data_parquet, data_xlsx
from geo.web.exports.files import OFFERED, data_csv, data_geojson, data_json
from geo.web.exports.giving import given
from geo.web.exports.listing import more_files, stem_of
from geo.web.exports.made import Face, Made, Wanted

__all__ = [
    "OFFERED",
    "Face",
    "Made",
    "Wanted",
    "data_csv",
    "data_geojson",
    "data_gpkg",
    "data_json",
    "data_parquet",
    "data_xlsx",
    "given",
    "more_files",
    "stem_of",
]

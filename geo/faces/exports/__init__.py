"""Files for analysts: the values of a view, territories or organisations, in formats that other programs open.

A table is made once and written in any format, piece by piece. Formats that need a library of their own are written
apart, from an order: the table as lines of JSON.
"""

from geo.faces.exports.bodies import bodies_table
from geo.faces.exports.delimited import as_csv
from geo.faces.exports.features import as_geojson
from geo.faces.exports.ordering import ordered
from geo.faces.exports.plain import as_json
from geo.faces.exports.table import Column, Item, Table
from geo.faces.exports.units import units_table

__all__ = [
    "Column",
    "Item",
    "Table",
    "as_csv",
    "as_geojson",
    "as_json",
    "bodies_table",
    "ordered",
    "units_table",
]

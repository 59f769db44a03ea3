"""Open the features in QGIS itself, without a window, and compare what its provider reads with what the service says.

    apt-get install --no-install-recommends python3-qgis        # Debian's QGIS and its Python, about 1 GB
    budgetmap serve --port 8000 &
    /usr/bin/python3 scripts/open_in_qgis.py http://127.0.0.1:8000/ogc

Opens every collection, or those that are named behind the address. Prints a line for each; exits with 1 where a layer
cannot be opened, or where the features, those in a rectangle or the sum of what was executed differ.
"""

import json
import os
import sys
from decimal import Decimal
from typing import Any
from urllib.request import urlopen

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

BOX = (70.0, 50.0, 72.0, 52.0)


def main(root: str, *names: str) -> int:
    application = QgsApplication([], False)
    application.initQgis()
    print(f"QGIS {Qgis.QGIS_VERSION}")
    every = asked(f"{root}/collections?f=json")["collections"]
    names = names or tuple(one["id"] for one in every)
    differing = [name for name in names if not opened(root, name)]
    application.exitQgis()
    return int(bool(differing))


def opened(root: str, name: str) -> bool:
    """Print what QGIS reads of a collection beside what the service says; tell whether they are the same."""
    layer = QgsVectorLayer(
        f"typename='{name}' url='{root}' version='OGC_API_FEATURES' pagingEnabled='true'", name, "OAPIF"
    )
    if not layer.isValid():
        print(f"{name}: cannot be opened: {layer.error().message()}")
        return False
    features = list(layer.getFeatures())
    inside = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(QgsRectangle(*BOX))))
    has_amounts = "executed_exact" in layer.fields().names()
    amounts = [feature["executed_exact"] for feature in features] if has_amounts else []
    read = (len(features), inside, sum((Decimal(amount) for amount in amounts if isinstance(amount, str)), Decimal(0)))
    expected = said(root, name)
    kind = QgsWkbTypes.displayString(layer.wkbType())
    print(f"{name}: {kind}, {layer.crs().authid()}, {len(layer.fields())} fields; features, inside, executed: "
          f"{', '.join(map(str, read))}{'' if read == expected else f' BUT {expected}'}")  # fmt: skip
    return read == expected


def said(root: str, name: str) -> tuple[int, int, Decimal]:
    """Return the same of the answers of the service."""
    at = f"{root}/collections/{name}/items?f=json"
    features, address = [], f"{at}&limit=1000"
    while address:
        page = asked(address)
        features += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    amounts = [feature["properties"].get("executed_exact") for feature in features]
    inside = asked(f"{at}&limit=1&bbox={','.join(map(str, BOX))}")["numberMatched"]
    return len(features), inside, sum((Decimal(amount) for amount in amounts if amount), Decimal(0))


def asked(address: str) -> Any:
    with urlopen(address) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

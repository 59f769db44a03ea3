"""What a view's page tells search engines: a schema.org Dataset as a block of JSON-LD that no browser runs."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from geo.faces.bulk.package import licences
from geo.faces.mark import marked
from geo.faces.reading import Reading
from geo.versions import Version
from geo.web.faces import FILES

_DATA = "data."  # how the names of the faces begin that hold the figures


def dataset_of(reading: Reading, version: Version, base: str, files: Iterable[str] = tuple(FILES)) -> Markup:
    """Return the Dataset of a view with these of its files, safe inside a script element.

    Addresses are relative where `base` is not known.
    """
    view, country, lang = reading.layer.view, version.country, reading.text.lang
    address = f"{base}{view.path}" if base else ""
    plain: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": marked(reading.mark, f"{reading.title}, {reading.period}"),
        "description": f"{marked(reading.mark, country.scope[lang])} {reading.alt}",
        "url": address or "./",
        "version": version.id,
        "inLanguage": lang,
        "temporalCoverage": "/".join(months(view.month)),
        "spatialCoverage": {"@type": "Place", "name": country.name[lang]},
        "isAccessibleForFree": True,
        "license": [{"@type": "CreativeWork", "name": name} for name in licences(s.licence for s in country.sources)],
        "isBasedOn": [{"@type": "CreativeWork", "name": source.name[lang]} for source in country.sources],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": FILES[name].media_type, "contentUrl": address + name}
            for name in files
            if name.startswith(_DATA)
        ],
    }
    if base:
        plain["includedInDataCatalog"] = {"@type": "DataCatalog", "url": f"{base}catalog.jsonld"}
    kept = {key: value for key, value in plain.items() if value not in ([], "")}
    return htmlsafe_json_dumps(kept, ensure_ascii=False, separators=(",", ":"))


def months(month: str) -> tuple[str, str]:
    """Return the first and the last day of a year to date, `month` being its last month."""
    year, last = int(month[:4]), int(month[5:])
    return f"{year}-01-01", f"{month}-{calendar.monthrange(year, last)[1]}"

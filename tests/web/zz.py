"""The small country of tests/country_zz.py in other states: richer, or with words that nobody means well with."""

import atexit
import csv
import json
import shutil
import tempfile
from decimal import Decimal
from functools import cache
from pathlib import Path

from geo.atlas import build
from geo.core.settings import Settings
from geo.versions import Home
from tests.country_zz import write_rows, write_zz

FIGURES = ("expenditure.csv", "bodies.csv", "published.csv", "control.csv", "revenue.csv")


def publish_zz(root, *, factor=1, names=None, label=""):
    """Return settings of a home below `root` in which one more version of zz is built and in force."""
    settings = settings_zz(root, factor=factor, names=names, label=label)
    built = _built(factor, tuple((names or {}).items()), label)
    shutil.copytree(built, settings.home / "versions" / built.name, dirs_exist_ok=True)
    Home(settings.home).publish(built.name, author="test", note=f"× {factor}")
    return settings


@cache
def _built(factor, names, label):
    """Return the folder of a version: the same words give the same version, so each is built once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="zz-"))
    atexit.register(shutil.rmtree, folder)
    return build(settings_zz(folder, factor=factor, names=dict(names), label=label), "zz").folder


def settings_zz(root, *, factor=1, names=None, label=""):
    """Return settings with a fresh data folder: amounts times `factor`, units renamed, other words replaced."""
    data = Path(tempfile.mkdtemp(prefix="data-", dir=root))
    borders, budget = write_zz(data)
    for name in FIGURES:
        _multiply(budget / name, factor)
    for path in sorted(borders.glob("*/region.geojson")):
        _rename(path, names or {})
    if label:
        _relabel(borders / "country.toml", [budget / name for name in ("functions.csv", "administrators.csv")], label)
    return Settings(home=root / "home", data=data, country="zz", trusted_hosts="localhost,127.0.0.1,[::1]")


def _multiply(path, factor):
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    amounts = [number for number, name in enumerate(header) if name.endswith("_kzt")]
    for row in rows:
        for number in amounts:
            row[number] = str(Decimal(row[number]) * factor)
    write_rows(path, [header, *rows])


def _rename(path, names):
    plain = json.loads(path.read_text(encoding="utf-8"))
    for feature in plain["features"]:
        known = feature["properties"]
        if known["unit_id"] in names:
            known |= {f"name_{language}": names[known["unit_id"]] for language in ("kk", "ru", "en")}
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def _relabel(country, lists, label):
    text = country.read_text(encoding="utf-8")
    for word in ('"Әңү"', '"Слово"', '"Word"'):
        text = text.replace(word, json.dumps(label, ensure_ascii=False))
    country.write_text(text, encoding="utf-8")
    for path in lists:
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        kept = {"code", "covers"}
        said = [[cell if name in kept else label for name, cell in zip(header, row, strict=True)] for row in rows]
        write_rows(path, [header, *said])

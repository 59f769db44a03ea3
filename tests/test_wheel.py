"""Laws of the built wheel: it serves by itself, and serving stays light."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "geopandas", "shapely", "pyproj", "pyogrio", "duckdb", "ibis", "pyarrow", "folium")
ASK = """
import sys
from pathlib import Path
from geo.core.settings import Settings
from geo.web import create_app
import geo
client = create_app(Settings.from_env()).test_client()
answers = [client.get(path).status_code for path in ("/healthz", "/readyz", "/", "/ru/kz/region/executed/2024/")]
print(Path(geo.__file__).parent, answers, [name for name in {heavy} if name in sys.modules])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the unpacked wheel, built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def asked(code: str, folder: Path, path: Path) -> str:
    """Return what Python prints in an empty folder with the wheel before everything else on its path."""
    environ = {**os.environ, "PYTHONPATH": str(path), "PYTHONSAFEPATH": "1"}
    environ = {name: value for name, value in environ.items() if not name.startswith("BUDGETMAP_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=folder, env=environ, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_wheel_answers_from_an_empty_folder_that_nothing_is_published(installed: Path, tmp_path: Path) -> None:
    """Whoever installs it can start it before there is any data; it says so and needs no engine or geometry."""
    said = asked(ASK.format(heavy=HEAVY), tmp_path, installed)

    assert f"{installed / 'geo'} [200, 503, 503, 503] []" == said


def test_serving_real_figures_loads_no_engine_and_no_geometry(installed: Path, kz_home: object, tmp_path: Path) -> None:
    """A serving process opens a version with numpy alone, whatever page is asked for."""
    home = getattr(kz_home, "home")  # noqa: B009 - the fixture's type lives in another test module
    code = ASK.replace("Settings.from_env()", f"Settings(home=Path({str(home)!r}))").format(heavy=HEAVY)
    said = asked(code, tmp_path, installed)

    assert f"{installed / 'geo'} [200, 200, 303, 200] []" == said


def test_the_wheel_holds_the_map_engine_and_every_module_of_the_explorer(installed: Path) -> None:
    """Whoever installs it has the moving map, with its licence, compressed beforehand; no module is left behind."""
    static = installed / "geo/web/static/explorer"
    vendor = installed / "geo/web/vendor"
    engine = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
    missing = [name for file in engine for name in (file, f"{file}.br", f"{file}.gz") if not (vendor / name).is_file()]

    assert [] == missing
    assert "MapLibre" in (vendor / "maplibre-gl-LICENSE.txt").read_text(encoding="utf-8")
    assert {path.name for path in (ROOT / "geo/web/static/explorer").glob("*.js")} == {
        path.name for path in static.iterdir()
    }


def test_a_page_of_the_wheel_leads_to_engine_and_modules(installed: Path, kz_home: object, tmp_path: Path) -> None:
    """The addresses that a page names are answered by what the wheel holds."""
    home = getattr(kz_home, "home")  # noqa: B009 - the fixture's type lives in another test module
    code = f"""
import json, re
from pathlib import Path
from geo.core.settings import Settings
from geo.web import create_app
client = create_app(Settings(home=Path({str(home)!r}))).test_client()
page = "/ru/kz/region/executed/2024/"
html = client.get(page).text
said = json.loads(re.search(r'id="explorer">(.*?)</script>', html).group(1))
named = [said["engine"], said["worker"], re.search(r'type="module" src="([^"]*main.js)"', html).group(1)]
from urllib.parse import urljoin
print([client.get(urljoin(page, name)).status_code for name in named])
"""

    assert "[200, 200, 200]" == asked(code, tmp_path, installed)

"""A law about what a serving process imports: nothing for data frames, whatever it is asked for."""

import subprocess
import sys

ASKED = """
import sys
from pathlib import Path
from geo.core.settings import Settings
from geo.web import create_app
client = create_app(Settings(home=Path(sys.argv[1]), country="zz")).test_client()
print(client.get("/en/zz/region/executed/2024/map.html").status_code)
print(*sorted({"pandas", "pyarrow", "geopandas", "shapely"} & set(sys.modules)))
"""


def test_a_map_in_one_file_is_made_without_the_libraries_of_data_frames(small_home):
    """They are installed here and would be imported by the library of maps: 70 MB in every process, for nothing."""
    command = [sys.executable, "-c", ASKED, str(small_home.home)]

    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    assert ["200", ""] == told.splitlines()

"""Laws about docs/deploy: what an operator copies names commands, options and settings that there are."""

import getpass
import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from geo.cli import command
from geo.core.settings import PREFIX, Settings
from geo.core.sources import OTHERS
from geo.live.requests import MOST_BYTES
from tests.web.test_served import WHOLE

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.suffix != ".md")
SETTINGS = {PREFIX + row.name.upper() for row in fields(Settings)}
SECRETS = {f"{PREFIX}{row.name.upper()}_FILE" for row in fields(Settings) if row.metadata.get("is_secret")}
STARTS = {
    "budgetmap.service": r"ExecStart=/opt/budgetmap/bin/budgetmap (.+)",
    "budgetmap-ingest.service": r"ExecStart=/opt/budgetmap/bin/budgetmap (.+)",
    "Containerfile": r'CMD \["([a-z]+)"\]',
    "compose.yaml": r"command: \[(.+)\]",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_is_a_setting(path):
    """One that is none would keep the service from starting."""
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+", path.read_text(encoding="utf-8")))

    assert set() == named - SETTINGS - SECRETS - OTHERS


def test_every_row_of_the_file_is_a_setting_of_its_type(tmp_path):
    """It is read as it stands, and no row repeats a default without need but those that an operator looks for."""
    path = DEPLOY / "budgetmap.toml"
    settings = Settings.from_env({"BUDGETMAP_CONFIG": str(path)})

    assert {*tomllib.loads(path.read_text(encoding="utf-8"))} <= {row.name for row in fields(Settings)}
    assert (True, "https://map.example/") == (settings.production, settings.base_url)


@pytest.mark.parametrize("name", STARTS)
def test_what_is_started_is_a_command_with_options_that_it_has(name):
    """Nobody reads of a wrong word only when the machine starts."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for words in re.findall(STARTS[name], text):
        first, *rest = words.replace(",", " ").split()
        known = {option for row in command.commands[first].params for option in row.opts}

        assert {word for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("name", ["budgetmap.service", "budgetmap-ingest.service"])
def test_a_service_has_no_more_rights_than_it_needs(name):
    """The readers' server cannot change a version, whoever gets into it; ingest writes to the home alone."""
    rows = dict(line.split("=", 1) for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines() if "=" in line)
    writes = {path.removeprefix("-") for path in rows["ReadWritePaths"].split()}
    expected = {"/srv/budgetmap"} if "ingest" in name else {"/srv/budgetmap/embeds", "/srv/budgetmap/made"}

    assert expected == writes
    assert ("strict", "yes", "", "yes") == tuple(
        rows[key] for key in ("ProtectSystem", "NoNewPrivileges", "CapabilityBoundingSet", "PrivateTmp")
    )


@pytest.mark.needs("nginx")
def test_nginx_takes_what_stands_before_ingest(tmp_path):
    """As it stands, but for its port, its certificates and its folders; a whole batch passes through it."""
    text = (DEPLOY / "nginx-ingest.conf").read_text(encoding="utf-8")
    plain = re.sub(r"(?m)^ *ssl_.*$", "", text.replace("listen 443 ssl", "listen 127.0.0.1:8443"))
    [most] = re.findall(r"client_max_body_size (\d+)m", text)
    (tmp_path / "site.conf").write_text(plain, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(WHOLE.format(folder=tmp_path, user=getpass.getuser()), encoding="utf-8")
    done = subprocess.run(["nginx", "-t", "-c", f"{tmp_path}/nginx.conf"], check=False, capture_output=True, text=True)

    assert (0, True) == (done.returncode, int(most) << 20 > MOST_BYTES), done.stderr
    assert 3 == len(re.findall(r"(?m)^ *ssl_", text))

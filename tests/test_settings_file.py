"""Laws about the file of settings, secrets, and servers of the public."""

import os

import pytest

from geo.core.errors import BadSetting, BadSettings, NotForThePublic
from geo.core.production import check, is_weak
from geo.core.settings import Settings
from geo.core.sources import HIDDEN

SECRET = "canary-4be1d09c77aa"
SOUND = {"production": True, "base_url": "https://map.example/", "metrics_token": "a81f0c5e7d3b92464f"}


def written(folder, text):
    """Return the environment that names a file of settings."""
    path = folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    return {"BUDGETMAP_CONFIG": str(path)}


def test_the_environment_goes_before_the_file(tmp_path):
    """And each value says where it comes from."""
    environ = written(tmp_path, 'port = 81\nlog = "requests"\nproduction = true\n') | {"BUDGETMAP_PORT": "82"}
    settings = Settings.from_env(environ)
    origins = {row[0]: row[2] for row in settings.sources(environ) if row[2] != "default"}

    assert (82, "requests", True) == (settings.port, settings.log, settings.production)
    expected = {"BUDGETMAP_PORT": "environment", "BUDGETMAP_LOG": "ours.toml", "BUDGETMAP_PRODUCTION": "ours.toml"}
    assert expected == origins


def test_a_file_beside_is_read_unless_none_is_wanted(tmp_path, monkeypatch):
    """./budgetmap.toml where nothing names another; an empty BUDGETMAP_CONFIG means none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "budgetmap.toml").write_text("port = 81\n", encoding="utf-8")

    assert (81, 8000) == (Settings.from_env({}).port, Settings.from_env({"BUDGETMAP_CONFIG": ""}).port)


def test_everything_that_is_wrong_is_named_at_once(tmp_path):
    """Of the file and of the environment, unknown keys with what they are near to."""
    text = 'prot = 81\nworkers = "many"\nlog = "loud"\nproduction = "perhaps"\nhost = ["a"]\n'
    with pytest.raises(BadSettings) as refused:
        Settings.from_env(written(tmp_path, text) | {"BUDGETMAP_PORTT": "1", "BUDGETMAP_PORT": "x"})
    found = {(fault.code, fault.values.get("name", fault.value)) for fault in refused.value.faults}

    wrong = {("E-CFG-01", name) for name in ("workers", "log", "production", "host", "BUDGETMAP_PORT")}
    assert wrong | {("E-CFG-04", "prot"), ("E-CFG-04", "BUDGETMAP_PORTT")} == found
    assert "port" in next(fault.values["near"] for fault in refused.value.faults if fault.value == "prot")


@pytest.mark.parametrize("text", ["port =", "\ud800".encode("utf-8", "surrogatepass"), "[[[", "x" * 200_000])
def test_a_file_that_is_none_is_refused(tmp_path, text):
    """So is one that is named and not there."""
    path = tmp_path / "ours.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for name in (path, tmp_path / "nowhere.toml"):
        with pytest.raises(BadSettings) as refused:
            Settings.from_env({"BUDGETMAP_CONFIG": str(name)})

        assert ["E-CFG-05"] == [fault.code for fault in refused.value.faults]


def test_a_secret_is_shown_nowhere(tmp_path):
    """Nor is the password of an engine; a secret may stand in a file of its own."""
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    environ = {"BUDGETMAP_METRICS_TOKEN_FILE": f"{tmp_path}/token", "BUDGETMAP_ENGINE": f"spark://me:{SECRET}@host/x"}
    settings = Settings.from_env(environ)
    shown = {row[0]: row[1] for row in settings.sources(environ)}

    assert (SECRET, (SECRET,)) == (settings.metrics_token, settings.secrets())
    assert (HIDDEN, f"spark://me:{HIDDEN}@host/x") == (shown["BUDGETMAP_METRICS_TOKEN"], shown["BUDGETMAP_ENGINE"])


def test_an_empty_file_of_a_secret_is_a_fault(tmp_path):
    """An unreadable one too: without it the service would be open or shut by accident."""
    with pytest.raises((BadSetting, BadSettings)):
        Settings.from_env({"BUDGETMAP_METRICS_TOKEN_FILE": str(tmp_path / "nowhere")})


@pytest.mark.parametrize(
    ("settings", "environ", "codes"),
    [
        (SOUND, {}, set()),
        ({}, {"FLASK_DEBUG": "1"}, set()),
        ({**SOUND, "metrics_token": ""}, {"FLASK_DEBUG": "0"}, set()),
        (SOUND, {"BUDGETMAP_TRACEBACK": "1"}, {"E-CFG-07"}),
        ({**SOUND, "metrics_token": "changeme"}, {}, {"E-CFG-08"}),
        ({"production": True}, {"FLASK_DEBUG": "1"}, {"E-CFG-07", "E-CFG-09"}),
        ({"base_url": "https://map.example/"}, {"BUDGETMAP_FAIL_AT": "x:1"}, {"E-CFG-07"}),
    ],
)
def test_a_server_of_the_public_starts_with_nothing_of_trying_out(settings, environ, codes):
    """All that is in the way is named; a server that is not of the public may do as it likes."""
    found = set()
    try:
        check(Settings(**settings), environ)
    except NotForThePublic as error:
        found = {fault.code for fault in error.faults}

    assert codes == found


@pytest.mark.parametrize(("secret", "expected"), [("", False), ("a" * 40, True), ("password-4711-xyz-99", True)])
def test_a_secret_that_can_be_guessed_is_weak(secret, expected):
    """Short, of few letters, or out of a sample; a random one is none of these."""
    assert expected == is_weak(secret)
    assert not is_weak("9f2c4e7a01b8d365")


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (f"spark://me:{SECRET}@host/x", f"spark://me:{HIDDEN}@host/x"),
        (f"spark://me:p@{SECRET}@host/x", f"spark://me:{HIDDEN}@host/x"),
        (f"spark://me:p/{SECRET}@host/x", f"spark://me:{HIDDEN}@host/x"),
        (f"spark://host/x?password={SECRET}&a={SECRET}", f"spark://host/x?password={HIDDEN}&a={HIDDEN}"),
        ("duckdb://", "duckdb://"),
    ],
)
def test_what_an_address_holds_of_a_secret_is_not_shown(engine, expected):
    """Whatever letters a password has, and also where it stands in the query."""
    rows = {row[0]: row[1] for row in Settings(engine=engine).sources({})}

    assert expected == rows["BUDGETMAP_ENGINE"]


@pytest.mark.parametrize("text", ['port = "81"', "home = 3", "language = true", "production = 1", 'production = "yes"'])
def test_a_row_of_the_file_has_the_type_of_its_setting(tmp_path, text):
    """TOML knows numbers, words and truth; one that is taken for another was meant otherwise."""
    with pytest.raises(BadSetting):
        Settings.from_env(written(tmp_path, f"{text}\n"))


def test_a_pipe_or_a_device_is_no_file_of_settings(tmp_path):
    """Nobody waits for it, and nobody reads it to its end."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", "/dev/null", tmp_path):
        for name in ("BUDGETMAP_METRICS_TOKEN_FILE", "BUDGETMAP_CONFIG"):
            with pytest.raises(BadSettings) as refused:
                Settings.from_env({"BUDGETMAP_CONFIG": "", name: str(path)})

            assert ["E-CFG-05"] == [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize(
    "base_url",
    ["map.example", "ftp://map.example/", "https://u:p@map.example/", "https://map.example/?t=1", "http://[/"],
)
def test_the_public_address_is_one_that_readers_may_see(base_url):
    """It stands in every embed code: no password, no query, a scheme of the web."""
    with pytest.raises(NotForThePublic) as refused:
        check(Settings(production=True, base_url=base_url), {})

    assert ["E-CFG-09"] == [fault.code for fault in refused.value.faults]

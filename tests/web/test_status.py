"""Laws about the page of who has reported: its addresses, its answers, and the days that it counts from."""

import json
from dataclasses import replace
from datetime import date

import pytest

from geo.core.settings import Settings
from geo.core.text import text_of
from geo.faces.standing import days_of, months_of, status_in, status_of
from geo.faces.status import SIGNS, status_page
from geo.versions import Home
from geo.web import create_app
from geo.web.pages.status import StatusAddress, addresses, asked_on
from tests.web.asking import LANGUAGES, Page, followed, linked, page

STATUS = "/en/zz/status/"
GAP = f"{STATUS}period=2024-06/"
RESTAGED = "aaaabbbbccccdddd"
WORDS = (("10", {"en": "Ten"}), ("11", {"en": "Eleven"}))
QUARTERS = ("2023-12", "2024-03", "2024-06", "2024-09", "2024-12")


@pytest.fixture(scope="module")
def version(small_app):
    """Name the version in force."""
    return small_app.test_client().get("/api/current").json["countries"]["zz"]["id"]


@pytest.fixture(scope="module")
def dated(zz_version, tmp_path_factory):
    """Serve a version whose figures came on known days, one of them late: (client, version)."""
    home = Home(tmp_path_factory.mktemp("dated") / "home")
    files = {name: (zz_version.folder / name).read_bytes() for name in zz_version.manifest["files"]}
    days = json.loads(files["reporting.json"])
    days["2024-06"] |= {"10": "2024-07-20", "20": "2024-07-21"}
    files["reporting.json"] = json.dumps(days).encode()
    manifest = {name: value for name, value in zz_version.manifest.items() if name not in {"files", "id", "format"}}
    made = home.stage(RESTAGED, files, manifest)
    home.publish(RESTAGED)
    return create_app(Settings(home=home.folder, country="zz")).test_client(), made


def without_days(version):
    """Return a version as releases of format 1 wrote it: nothing says when figures came."""
    files = {name: row for name, row in version.manifest["files"].items() if name != "reporting.json"}
    return replace(version, manifest={**version.manifest, "files": files}, _cache={})


def states(response):
    """Return unit → period → state of a JSON file."""
    rows = response.json["units"]
    return {row["unit_id"]: {p: cell["state"] for p, cell in row["periods"].items()} for row in rows}


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/en/zz/status", STATUS),
        ("/en/zz/status/period=2024/", STATUS),
        ("/en/zz/status/period=2024-12/", STATUS),
        ("/en/zz/status/period=2024-06", GAP),
        ("/en/zz/status/period=2023-12/", f"{STATUS}period=2023/"),
        ("/en/zz/status/period=2024-12/data.json", f"{STATUS}data.json"),
    ],
)
def test_a_month_has_one_address(small, version, asked, led):
    """December is the year, the last month with figures is said by no key; pinned just so."""
    for prefix in ("", f"/v/{version}"):
        response = small.get(prefix + asked)

        assert (308, prefix + led) == (response.status_code, response.headers["Location"])
        assert 200 == small.get(prefix + led).status_code


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("rest", "status", "code", "allowed"),
    [
        ("period=2031-01/", 400, "E-URL-03", None),
        ("period=fish/", 400, "E-URL-03", None),
        ("period=2024-03/", 400, "E-URL-03", None),
        ("period=/", 400, "E-URL-03", None),
        ("fish=1/", 400, "E-URL-02", ["period"]),
        ("period=2024-06/period=2023/", 400, "E-URL-02", ["period"]),
        ("?period=2024-06", 400, "E-URL-02", []),
        ("data.json?x=1", 400, "E-URL-02", None),
        ("data.csv", 404, "E-URL-01", ["data.json"]),
        ("map.svg", 404, "E-URL-01", ["data.json"]),
        ("embed/", 404, "E-URL-01", ["data.json"]),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(small, lang, rest, status, code, allowed):
    """In the language of the address; months are named the newest first."""
    error = small.get(f"/{lang}/zz/status/{rest}", headers={"Accept": "application/json"})
    months = [word for word in error.json["allowed"] if code == "E-URL-03"]

    assert (status, code) == (error.status_code, error.json["code"])
    assert allowed in (None, error.json["allowed"])
    assert sorted(months, key=lambda word: word if "-" in word else f"{word}-12", reverse=True) == months
    assert (code == "E-URL-03") == ("2024-06" in months)


@pytest.mark.parametrize("path", [STATUS, GAP])
def test_every_link_of_the_page_is_answered(small, version, path):
    """Months, languages, territories, files, the map; in force and pinned."""
    for asked in (path, f"/v/{version}{path}"):
        found = linked(asked, small.get(asked))
        bad = [link for link in found if followed(small, link.removeprefix("http://localhost"))[-1] != 200]

        assert [] == bad
        assert any(link.endswith(("period=2024-06/", "/zz/status/")) for link in found)


def test_every_month_can_be_reached_from_the_first_page(small, zz_version):
    """By links alone, from the map."""
    met, ahead = set(), ["/en/zz/region/executed/2024/"]
    while ahead:
        path = ahead.pop()
        if path not in met:
            met.add(path)
            inside = (link.removeprefix("http://localhost") for link in linked(path, small.get(path)))
            ahead += [link for link in inside if link.startswith(STATUS) and link.endswith("/")]
    today = date.fromisoformat(small.get(f"{STATUS}data.json").json["metadata"]["asked_on"])
    every = {f"/{path}" for path in addresses(zz_version, today) if path.startswith("en/")}

    assert every == met - {"/en/zz/region/executed/2024/"}
    assert GAP in every


def test_the_map_leads_to_its_month_and_back(small):
    """From the reconciliation, where a reader wonders what is missing."""
    view = "/en/zz/region/executed/2024-06/"
    there, back = linked(view, small.get(view)), linked(GAP, small.get(GAP))

    assert f"http://localhost{GAP}" in there
    assert f"http://localhost{view}" in back


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_states_of_its_file(small, lang):
    """The same signs in the same order; unit 50 did not report June 2024, nobody was asked for May."""
    plain = small.get(f"/{lang}/zz/status/period=2024-06/data.json").json
    months, shown = plain["periods"], page(small.get(f"/{lang}/zz/status/period=2024-06/")).tables[0]
    signs = {sign: state for state, sign in SIGNS.items()}
    drawn = [[signs[cell.strip()[0]] for cell in row[1:]] for row in shown[1:-1]]

    assert [[row["periods"][p]["state"] for p in months] for row in plain["units"]] == drawn
    assert "missing" == states(small.get(f"{GAP}data.json"))["50"]["2024-06"]
    assert {"not_expected"} == {row["2024-05"] for row in states(small.get(f"{GAP}data.json")).values()}
    assert "4/5" == shown[-1][1 + months.index("2024-06")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_made_up_country_says_so(small, lang):
    """On the page and in the file."""
    response = small.get(f"/{lang}/zz/status/")

    assert text_of(lang)("note.synthetic") in page(response).texts["p"]
    assert small.get(f"/{lang}/zz/status/data.json").json["metadata"]["is_synthetic"] is True


def test_a_day_after_the_one_due_is_late_and_named(dated):
    """The twentieth is in time; the page says the day to the eye and to the ear."""
    client, _ = dated
    found = states(client.get(f"{GAP}data.json"))
    html = client.get(GAP).get_data(as_text=True)

    assert ("reported", "late") == (found["10"]["2024-06"], found["20"]["2024-06"])
    assert "Reported late (21 July 2024)" in html
    assert "Reported (20 July 2024)" in html


def test_the_question_is_asked_on_the_day_of_the_publication(dated):
    """Never by a clock: a version gives one answer for good."""
    client, made = dated
    home = client.application.extensions["budgetmap"].home
    (row,) = home.publications()

    assert row.at[:10] == client.get(f"{STATUS}data.json").json["metadata"]["asked_on"]
    assert date(2024, 7, 21) == asked_on(made, None)
    assert date(2025, 1, 20) == asked_on(without_days(made), None)


def test_a_rolled_back_version_answers_as_before(tmp_path, dated):
    """Its first publication counts, so that its pinned page never changes."""
    _, made = dated
    home = Home(tmp_path / "home")
    files = {name: (made.folder / name).read_bytes() for name in made.manifest["files"]}
    manifest = {name: value for name, value in made.manifest.items() if name not in {"files", "id", "format"}}
    for name in (RESTAGED, "bbbbccccddddeeee"):
        home.stage(name, files, manifest)
        home.publish(name)
    client = create_app(Settings(home=home.folder, country="zz")).test_client()
    before = client.get(f"/v/{RESTAGED}{GAP}").data
    home.rollback("zz")

    assert 3 == len(home.publications())
    assert before == client.get(f"/v/{RESTAGED}{GAP}").data


def test_a_version_without_days_answers_from_what_it_holds(kz_version, zz_version):
    """Older releases wrote no days: who reported is the same, when is not known."""
    for version in (kz_version, zz_version):
        known, older = days_of(version), days_of(without_days(version))

        assert {p: set(rows) for p, rows in known.items()} == {p: set(rows) for p, rows in older.items()}
        assert {""} == {day for rows in older.values() for day in rows.values()}


def test_the_units_are_those_of_the_month(kz_version):
    """Twenty regions since June 2022, drawn in the order of the picture."""
    today = date(2026, 11, 23)
    for month in months_of(kz_version, today):
        edition = kz_version.country.edition_in_force(month).id
        units = kz_version.level(edition, "region").units

        assert [unit.unit_id for unit in units] == [unit for unit, _ in status_in(kz_version, month, today).units]
        assert len(units) == len(kz_version.json(f"{edition}/region/outline-page.json")["units"])


def test_nothing_is_owed_for_a_month_before_there_was_the_unit():
    """A region made in the middle of a year."""
    days = {"2024-01": {"10": ""}, "2024-02": {"10": "", "11": ""}}
    found = status_of(days, WORDS, date(2024, 3, 25), "", lambda p: {"10"} if p == "2024-01" else {"10", "11"})

    assert [["reported", "reported"], ["not_expected", "reported"]] == [[c.state for c in row] for row in found.cells]


def test_who_reports_by_quarters_owes_nothing_between_them():
    """Until figures of another month come; then every month after them is owed."""
    days = {period: {"10": "", "11": ""} for period in QUARTERS}
    quarterly = status_of(days, WORDS, date(2025, 6, 30), "2025")
    monthly = status_of({**days, "2025-01": {"10": ""}}, WORDS, date(2025, 6, 30), "2025")

    assert ["not_expected", "not_expected", "missing"] == [cell.state for cell in quarterly.cells[0][:3]]
    assert ["reported", "missing", "missing"] == [cell.state for cell in monthly.cells[0][:3]]
    assert ("2025-03", "2025-05") == (quarterly.latest, monthly.latest)


def test_without_figures_there_are_no_months():
    """A country that has only just been begun."""
    found = status_of({}, WORDS, date(2025, 6, 30))

    assert ((), "", ((), ())) == (found.periods, found.latest, found.cells)


def test_the_last_month_is_said_by_no_key():
    """As views say their defaults."""
    months = {month: StatusAddress("kk", "zz", month, "2024-12").path for month in ("2024-06", "2023-12", "2024-12")}

    assert {
        "2024-06": "kk/zz/status/period=2024-06/",
        "2023-12": "kk/zz/status/period=2023/",
        "2024-12": "kk/zz/status/",
    } == months


def test_territories_are_named_beside_the_map_unless_all_are_alike(small, dated):
    """Five names that are those of the table again would tell nothing."""
    client, _ = dated
    given = [(client, GAP), (client, f"{STATUS}period=2025-01/"), (small, STATUS)]

    assert [2, 0, 0] == [one.get(path).get_data(as_text=True).count('<section class="named">') for one, path in given]


def test_a_report_leaves_out_months_that_nobody_owes():
    """Three years of quarters are twelve columns, not thirty-six."""
    days = {period: {"10": "", "11": ""} for period in QUARTERS}
    status = status_of(days, WORDS, date(2025, 1, 1))
    heads = Page(status_page(status, status.latest, None, text_of("en"))).tables[0][0]

    assert list(QUARTERS) == [f"{head[:4]}-{head[4:]}" for head in heads[1:]]
    assert 13 == len(status.periods)

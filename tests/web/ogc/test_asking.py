"""What a request for features may ask, and what is said of everything else."""

import pytest

UNITS, VALUES, FUNCTIONS = "zz.units.region.2020-01-01", "zz.values.region.2020-01-01", "zz.functions.region.2020-01-01"
LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
INSIDE_THE_CITY = (60.6, 40.6, 61.4, 41.4)  # 20 lies in a hole of 10


def bbox(*numbers):
    """Return numbers as an address writes them."""
    return ",".join(map(str, numbers))


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (INSIDE_THE_CITY, ["20"]),
        ((60, 40, 60.1, 40.1), ["10"]),
        ((60.6, 40.6, 0, 61.4, 41.4, 1000), ["20"]),
        ((62, 42, 62, 42), ["10", "30", "40", "50"]),  # the corner that four share
        ((63, 41, 63.5, 43), ["30", "50"]),
        ((0, 0, 1, 1), []),
        ((-1e308, -90, 1e308, 90), ["10", "20", "30", "40", "50"]),
        ((63, -90, -170, 90), ["30", "50"]),  # across the antimeridian
        ((170, -90, 60.2, 90), ["10", "40"]),
    ],
)
def test_a_rectangle_chooses_what_shares_a_point_with_it(ogc, box, found):
    """The real shapes are meant, holes too, not the boxes around them."""
    answer = ogc.items(UNITS, bbox=bbox(*box))

    assert found == [feature["id"] for feature in answer["features"]]
    assert len(found) == answer["numberMatched"]


def test_a_rectangle_is_read_in_the_order_of_its_coordinate_system(ogc):
    """The authority puts the latitude first, in what is asked and in what is answered."""
    west, south, east, north = INSIDE_THE_CITY
    plain = ogc.items(UNITS, bbox=bbox(*INSIDE_THE_CITY))["features"][0]["geometry"]["coordinates"][0]
    turned = ogc.answer(f"/collections/{UNITS}/items", bbox=bbox(south, west, north, east), bbox_crs=LATITUDE_FIRST,
                        crs=LATITUDE_FIRST)  # fmt: skip
    ring = turned.get_json()["features"][0]["geometry"]["coordinates"][0]

    assert [[y, x] for x, y in plain] == ring
    assert f"<{LATITUDE_FIRST}>" == turned.headers["Content-Crs"]


@pytest.mark.parametrize(
    ("moment", "periods"),
    [
        ("2024-06-30", ["2024-06"]),
        ("2024-06-30T12:00:00Z", ["2024-06"]),
        ("2024-07-01T01:00:00+05:00", ["2024-06"]),
        ("2024-01-01/2024-12-31", ["2024-06", "2024-12"]),
        ("../2024-06-30", ["2023-12", "2024-06"]),
        ("2024-07-01/..", ["2024-12"]),
        ("2024-07-01/", ["2024-12"]),
        ("/2023-12-31T23:59:60Z", ["2023-12"]),
        ("1999-01-01", []),
    ],
)
def test_a_time_chooses_the_figures_that_stand_on_its_days(ogc, moment, periods):
    """Figures stand at the end of the last day of their period."""
    found = ogc.items(VALUES, datetime=moment)["features"]

    assert periods == sorted({feature["properties"]["period"] for feature in found})


def test_borders_are_of_every_day_on_which_they_are_in_force(ogc):
    """The last day of an edition is one of its days; the one in force has none."""
    old, new = "zz.units.region.2010-01-01", UNITS
    days = ("2009-12-31", "2010-01-01", "2019-12-31", "2020-01-01", "2999-01-01")

    assert [0, 4, 4, 0, 0] == [ogc.items(old, datetime=day)["numberMatched"] for day in days]
    assert [0, 0, 0, 5, 5] == [ogc.items(new, datetime=day)["numberMatched"] for day in days]


def test_filters_compare_whole_words_and_go_together(ogc):
    """An unknown word is not an error: nothing has it."""
    assert ["30:2024-12:02"] == ogc.ids(FUNCTIONS, unit_id="30", period="2024-12", function="02")
    assert [] == ogc.ids(FUNCTIONS, unit_id="3", period="2024-12")
    assert [] == ogc.ids(FUNCTIONS, function="02' OR '1'='1")
    assert 15 == ogc.items(VALUES, is_restated="false")["numberMatched"]
    assert 0 == ogc.items(VALUES, is_restated="true")["numberMatched"]


def test_more_than_there_may_be_is_as_much_as_there_may_be(ogc):
    """The standard has a limit that is too large answered with the largest one."""
    assert 5 == len(ogc.ids(UNITS, limit="1" + "0" * 300))
    assert 45 == len(ogc.ids(FUNCTIONS, limit=99999))
    assert [] == ogc.ids(UNITS, offset="9" * 300)


@pytest.mark.parametrize(
    ("key", "word"),
    [
        *(("limit", word) for word in ("0", "-1", "1.5", "ten", "", "１０", "1e3")),
        *(("offset", word) for word in ("-1", "x", "0x10")),
        *(("bbox", word) for word in ("1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,5,1,4", "0 0 1 1")),
        *(("bbox", word) for word in ("1e309,0,1,1", "200,0,190,1", "٦٠,40,64,44", "")),
        *(
            ("datetime", word)
            for word in ("2024", "2024-13-01", "2024-02-30", "../..", "/", "", "2024-12-31/2024-01-01")
        ),
        *(("datetime", word) for word in ("yesterday", "2024-01-01T25:00:00Z", "a/b/c", "0001-01-01T00:00:00+14:00")),
        *(("crs", word) for word in ("EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/3857", "")),
        ("bbox_crs", "x"),
        *(("f", word) for word in ("xml", "")),
        ("lang", "de"),
    ],
)
def test_a_word_that_is_not_understood_is_refused_with_what_would_be(ogc, key, word):
    """Nothing is guessed, and nobody is left without an example."""
    answer = ogc.items(UNITS, 400, **{key: word})

    assert "E-URL-03" == answer["code"]
    assert answer["allowed"]


@pytest.mark.parametrize("part", ["", "/conformance", "/collections", "/api", f"/collections/{UNITS}",
                                  f"/collections/{UNITS}/queryables", f"/collections/{UNITS}/schema",
                                  f"/collections/{UNITS}/items", f"/collections/{UNITS}/items/10"])  # fmt: skip
def test_a_key_that_is_not_known_is_refused_with_those_that_are(ogc, part):
    """A filter with a slip of the pen would otherwise answer everything."""
    answer = ogc.get(part, 400, unitid="10")

    assert "E-URL-02" == answer["code"]
    assert {"f", "lang"} <= set(answer["allowed"])


def test_a_key_that_stands_twice_is_refused(ogc):
    """Which of the two is meant nobody knows."""
    answer = ogc.client.get(f"/ogc/collections/{UNITS}/items?limit=1&limit=2")

    assert (400, "E-URL-02") == (answer.status_code, answer.get_json()["code"])

"""Laws about the words of every page: in its own language, all of them, in the order of its alphabet."""

import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.model import LANGUAGES
from geo.core.text import MESSAGES, text_of
from geo.faces.wording import collated
from tests.test_shape import messages
from tests.web.asking import page
from tests.web.words import Words, foreign

UNIT = "kz/unit/2022-06-08/region/750000000/"
MAP = "kz/region/executed/2024/"
PAGES = (
    MAP,
    f"{MAP}per=none/",
    f"{MAP}per=km2/",
    f"{MAP}borders=2018-06-19/",
    f"{MAP}prices=2023/",
    f"{MAP}function=04/",
    f"{MAP}classes=quantile/sort=name/",
    f"{MAP}transfers=included/",
    "kz/region/executed/2025-03/",
    "kz/region/approved/2024-06/",
    "kz/region/execution/2025-03/",
    "kz/region/change/2024/",
    "kz/region/deviation/2024/",
    "kz/region/share/2024/function=04/",
    f"{MAP}embed/",
    f"{MAP}map.svg",
    UNIT,
    "kz/unit/2022-06-08/region/100000000/",
    "kz/unit/2018-06-19/region/630000000/",
    "kz/compare/2022-06-08/region/750000000,710000000/",
    "kz/bodies/2022-06-08/region/750000000/",
    "kz/body/750000000-111/",
    "kz/nearest/",
    "kz/search/",
    f"kz/search/?q={quote('Абай')}",
    "kz/status/",
    "kz/changes/",
    "kz/glossary/",
)
WRONG = ("kz/region/spendings/2024/", f"{MAP}per=fish/", "kz/unit/2022-06-08/region/1/", "nowhere/", f"{MAP}x=1/")
ALPHABETS = {
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
each_language = pytest.mark.parametrize("lang", LANGUAGES)


QUERY = "Абай"  # a reader's own words are said back as they came


@pytest.fixture(scope="module")
def bodies(kz_version):
    """What organisations are called: as published, in Russian."""
    return {body["name_ru"] for body in kz_version.json("bodies.json")}


@pytest.fixture(scope="module")
def names(kz_version):
    """What the units are called, by language: names are names in any text."""
    levels = [name.split("/")[:2] for name in kz_version.manifest["files"] if name.endswith("/units.json")]
    units = [unit for level in levels for unit in kz_version.level(*level).units]
    return {lang: {unit.names[lang] for unit in units} | {QUERY} for lang in LANGUAGES}


@each_language
@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_one_language(kz, names, bodies, lang, path):
    """No word of another, unless it is marked so or a name; neither in what is seen nor in what is only heard."""
    response = kz.get(f"/{lang}/{path}", headers={"Accept": "text/html"})
    html = response.get_data(as_text=True)

    assert 200 == response.status_code
    assert [] == foreign(html, lang, names[lang], bodies)
    assert len(Words(html).said) > 15


@each_language
@pytest.mark.parametrize("path", WRONG)
def test_an_error_speaks_the_language_of_its_address(kz, names, lang, path):
    """What is allowed stands in code, for it is a part of an address."""
    response = kz.get(f"/{lang}/{path}", headers={"Accept": "text/html"})

    assert response.status_code in {400, 404}
    assert [] == foreign(response.get_data(as_text=True), lang, names[lang])


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("kk", "The total"),
        ("ru", "Все regions"),
        ("kk", "Исполнение бюджета"),
        ("ru", "Барлық аумақтар үшін"),
        ("en", "All регионы"),
    ],
)
@pytest.mark.parametrize("form", ["<p>{}</p>", '<a title="{}">1</a>', '<i lang="xx"></i><b aria-label="{}"></b>'])
def test_a_word_left_in_another_language_is_found(lang, text, form):
    """The law above can be broken: in texts and in attributes."""
    html = f'<html lang="{lang}">{form.format(text)}</html>'

    assert foreign(html, lang)
    assert not foreign(f'<html lang="{lang}"><div lang="xx">{form.format(text)}</div></html>', lang)


@pytest.mark.parametrize("family", ["", "faults.", "glossary."])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_message_stands_in_every_language(family, lang):
    """Same keys and same places for values, in every file of messages; and none is empty."""
    spoken = {
        code: tomllib.loads(Path(MESSAGES / f"{family}{code}.toml").read_text(encoding="utf-8"))
        for code in ("kk", lang)
    }

    assert messages(spoken["kk"]) == messages(spoken[lang])


@each_language
def test_no_message_is_a_copy_of_another_language(lang):
    """A sentence that reads the same in two languages was not translated."""
    own, others = text_of(lang).words, [text_of(other).words for other in LANGUAGES if other != lang]
    copied = [
        key
        for key, said in own.items()
        for other in others
        if other.get(key) == said and len(said.split()) > 3 and sum(c.isalpha() for c in said) > 20
    ]

    assert [] == copied


@pytest.mark.parametrize("lang", LANGUAGES)
@given(data=st.data())
def test_names_are_sorted_by_the_alphabet(lang, data):
    """Letter by letter, in the order in which a child of the language learns them."""
    words = data.draw(st.lists(st.text(ALPHABETS[lang], min_size=1, max_size=6), max_size=8))
    order = sorted(words, key=lambda word: [ALPHABETS[lang].index(letter) for letter in word])

    assert order == sorted(words, key=collated)


@each_language
def test_a_table_is_sorted_by_the_alphabet_of_its_page(kz, names, lang):
    """Қарағанды stands after Жетісу and before Маңғыстау."""
    table = page(kz.get(f"/{lang}/{MAP}sort=name/")).tables[0]
    shown = [row[0].strip() for row in table if row[0].strip() in names[lang]]

    assert 20 == len(shown)
    assert sorted(shown, key=collated) == shown


@each_language
def test_a_unit_is_called_as_in_its_time(kz, names, lang):
    """Names belong to an edition of the borders, as figures do."""
    before, after = (page(kz.get(f"/{lang}/{MAP}{borders}")).tables[0] for borders in ("borders=2018-06-19/", ""))
    called = [{row[0].strip() for row in table} & names[lang] for table in (before, after)]

    assert 17 == len(called[0])
    assert 20 == len(called[1])

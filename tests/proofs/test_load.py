"""Laws about the proofs under load: short runs over a small country, and that what is broken is noticed."""

import pytest

from scripts.proofs import hostile_mix, switch
from scripts.proofs.asking import Answer, Ask
from scripts.proofs.counting import Heard, percentile
from scripts.proofs.soak import Look, slope_an_hour
from scripts.proofs.switch import Judge

PAGE = Ask("/en/zz/region/executed/2024/", "page")


def _answer(version, body=b"", *, ask=PAGE, at=1.0, status=200):
    return Answer(ask, at, at, at + 0.1, status, {"x-version": version}, body)


def _of(home, *words):
    return ["--home", str(home.home), "--country", "zz", *words]


def test_readers_get_whole_answers_while_versions_are_published(zz_home, capsys):
    """The proof itself, for a second: nobody fails, nothing is mixed; how many answers came is not asked here."""
    words = ("--seconds", "1.2", "--warm", "0.5", "--every", "0.3", "--connections", "4", "--least", "0")

    broken = switch.main(_of(zz_home, *words))

    assert 0 == broken, capsys.readouterr().out


def test_the_worst_and_the_slow_fail_nobody(zz_home, capsys):
    """The proof itself, for a second; how much longer readers wait is asked elsewhere."""
    words = ("--seconds", "0.8", "--turns", "1", "--warm", "0.3", "--per-second", "30", "--sockets", "9")

    broken = hostile_mix.main(_of(zz_home, *words, "--ratio", "1e9"))

    assert 0 == broken, capsys.readouterr().out


def test_two_contents_of_one_version_are_noticed():
    """One address, one version, one content."""
    judge = Judge()
    for body in (b"a", b"a", b"b"):
        judge.hear(_answer("1", body))

    assert [f"{PAGE.path} has two contents of 1"] == judge.mixed


def test_a_frozen_address_that_names_another_version_is_noticed():
    """Pages of a version and its tiles; tiles of borders are of what is in force."""
    judge = Judge()
    for path in ("/v/1/en/zz/", "/tiles/zz/1/bodies/0/0/0.mvt", "/tiles/zz/2020-01-01/units/0/0/0.mvt"):
        judge.hear(_answer("2", ask=Ask(path, "page")))

    assert ["/v/1/en/zz/ names 2", "/tiles/zz/1/bodies/0/0/0.mvt names 2"] == judge.mixed


@pytest.mark.parametrize(
    ("version", "at", "is_right"), [("1", 1, True), ("2", 1, False), ("1", 5, True), ("1", 7, False)]
)
def test_a_version_that_was_not_in_force_then_is_noticed(version, at, is_right):
    """While a publication is written either is right: from before it begins until after it has ended."""
    judge = Judge()
    judge.hear(_answer(version, at=at))

    judge.judge_force([("1", 0, 0), ("2", 4, 6)])

    assert is_right == (not judge.mixed)


def test_no_answer_is_a_failure():
    """A closed connection counts as 500 does."""
    heard = Heard()
    for status in (200, 304, 500, 0):
        heard.hear(_answer("1", status=status))

    assert [f"500 {PAGE.path}", f"no answer {PAGE.path}"] == heard.failures


def test_the_slowest_of_a_hundred_is_not_hidden():
    """One in a hundred is what the 99 % leave out; two are not."""
    assert 1 == percentile([*[1] * 99, 9], 0.99)
    assert 9 == percentile([*[1] * 98, 9, 9], 0.99)


def test_a_slope_is_told_in_bytes_an_hour():
    """A line through every look: one that is off moves it little."""
    looks = [Look(at=60.0 * n, pids=(1,), bytes=(1000 + n,), files=(1,)) for n in range(60)]

    assert 60 == round(slope_an_hour(looks, 0))

"""Laws about the door of live ingest: who has no token learns nothing, and nothing that is not whole is read."""

import base64
import hashlib
import shutil

import pytest

from geo.live import Feed
from tests.live.conftest import AT, Sender, executed, made_settings

WHOLE = (
    b'{"records":[{"id":"r1","revision":1,"body":"10-budget","period":"2024-06","function":"01","executed":"7.00"}]}'
)


@pytest.fixture(scope="module")
def feed(zz_home, tmp_path_factory):
    """The feed of a copy of the small country, into which nothing of what follows comes."""
    folder = tmp_path_factory.mktemp("door") / "zz"
    shutil.copytree(zz_home.home.parent, folder)
    settings = made_settings(folder)
    return settings, Feed(settings, "zz")


@pytest.fixture
def sender(feed):
    """Who has a token of their own, at a door that has heard nobody yet."""
    return Sender(*feed)


WRONG = (
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "bearer x",
    "Bearer bm_00000000_x",
    "Bearer ' OR 1=1 --",
    "Bearer " + "x" * 9000,
)


@pytest.mark.parametrize("given", WRONG)
def test_without_a_token_nothing_is_told(sender, given):
    """Not even which version is in force; the body is not read."""
    before = executed(sender.settings)
    status, headers, answer = sender.post(WHOLE, authorization=given)

    assert (401, "Bearer") == (status, headers["WWW-Authenticate"])
    assert "current" not in answer
    assert before == executed(sender.settings)


def test_a_revoked_token_opens_nothing(sender):
    """From the next request on."""
    sender.tokens.revoke(sender.token.id, AT)

    assert 401 == sender.post(WHOLE)[0]


def test_a_token_of_another_country_opens_nothing_here(sender):
    """Its sender is told which country is served."""
    _, secret = sender.tokens.new("other", "kz", AT)

    assert 403 == sender.post(WHOLE, authorization=f"Bearer {secret}")[0]


def test_who_guesses_is_made_to_wait(sender):
    """After twenty wrong ones from one address; who has the token goes on."""
    statuses = [sender.post(WHOLE, authorization=f"Bearer bm_{number:08x}_guess")[0] for number in range(30)]

    assert [401] * 20 == statuses[:20]
    assert 429 == statuses[-1]
    assert sender.send("GET", "/nope")[0] == 404


def test_a_token_is_kept_as_a_salted_hash(sender):
    """Who reads the file cannot send, and who reads any answer neither."""
    files = [path for path in sender.settings.home.rglob("*") if path.is_file()]
    secret = sender.secret.encode()

    assert [] == [path for path in files if secret in path.read_bytes()]
    assert secret not in repr(sender.post(b"{}")).encode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_encoding": "gzip"}, 415),
        ({"content_encoding": "br"}, 415),
        ({"content_encoding": "gzip, gzip"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": "text/html"}, 415),
        ({"content_type": None}, 415),
        ({"content_digest": None}, 400),
        ({"content_digest": "md5=:AAAA:"}, 400),
        ({"content_digest": "sha-256=:" + "A" * 43 + "=:"}, 400),
        ({"content_length": "9" * 5000}, 413),
        ({"content_length": "8000001"}, 413),
        ({"content_length": str(len(WHOLE) + 1)}, 400),
        ({"if_match": None}, 400),
        ({"if_match": '"0000000000000000"'}, 409),
        ({"batch_id": "../../x"}, 400),
        ({"batch_id": "a" * 300}, 400),
    ],
)
def test_what_is_not_whole_or_not_asked_for_is_refused(sender, headers, status):
    """Packed bodies, other forms, cut and changed ones, ids that are paths: nothing of them is kept."""
    before = executed(sender.settings)
    given = {name.replace("_", "-"): value for name, value in headers.items()}

    assert status == sender.post(WHOLE, **given)[0]
    assert before == executed(sender.settings)


@pytest.mark.parametrize("cut", [0, 1, 40, len(WHOLE) - 1])
def test_a_body_that_was_cut_is_refused_wherever_it_was(sender, cut):
    """Its digest is that of the whole one."""
    whole = sender.post(WHOLE[:cut], **{"content-digest": "sha-256=:" + _digest(WHOLE) + ":"})

    assert 400 == whole[0]


def _digest(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()

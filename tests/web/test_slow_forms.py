"""Laws about forms that come slowly, as over a bad line or on purpose."""

import io
import threading

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from geo.web import create_app
from geo.web.operating.gated import FORMS

FORM, SEARCH = "/en/zz/nearest/", "/en/zz/search/?q=a"
POINT = b"lat=0.5&lon=0.5"


class Slow(io.BytesIO):
    """A body that comes when it is let; says when somebody waits for it."""

    def __init__(self, content, come, waiting):
        super().__init__(content)
        self.come, self.waiting = come, waiting

    def read(self, size=-1):
        self.waiting.release()
        assert self.come.wait(30)
        return super().read(size)


def _asked(app, path, body=None):
    more = {} if body is None else {"method": "POST", "input_stream": body}
    kind = {} if body is None else {"content_type": "application/x-www-form-urlencoded"}
    return run_wsgi_app(app, create_environ(path, "http://localhost/", **more, **kind))[1][:3]


@pytest.fixture
def slow(zz_home):
    """The service with as many slow forms under way as it reads at a time; yields (app, their statuses)."""
    app, come, waiting, statuses = create_app(zz_home), threading.Event(), threading.Semaphore(0), []

    def send():
        statuses.append(_asked(app, FORM, Slow(POINT, come, waiting)))

    threads = [threading.Thread(target=send) for _ in range(FORMS)]
    for thread in threads:
        thread.start()
    assert all(waiting.acquire(timeout=30) for _ in threads)
    yield app, come, threads, statuses
    come.set()
    for thread in threads:
        thread.join()


def test_forms_that_come_slowly_hold_up_no_other_answer(slow):
    """However many there are: a form takes its turn when all of it is there."""
    app, come, threads, statuses = slow

    found = [_asked(app, SEARCH) for _ in range(5)]
    come.set()
    for thread in threads:
        thread.join()

    assert 5 * ["200"] == found
    assert FORMS * ["200"] == statuses


def test_more_forms_than_are_read_at_a_time_are_refused_at_once(slow):
    """They would hold a thread each."""
    app, *_ = slow

    refused = _asked(app, FORM, io.BytesIO(POINT))

    assert "503" == refused


def test_a_body_longer_than_any_form_is_refused_unread(zz_home):
    """Its sender is told, whatever it would have said."""
    body = Slow(2000 * POINT, threading.Event(), threading.Semaphore(0))  # 30 kB

    status = _asked(create_app(zz_home), FORM, body)

    assert "4" == status[0]
    assert not body.waiting.acquire(blocking=False)

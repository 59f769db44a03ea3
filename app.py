"""The WSGI application for any server: `granian --interface wsgi app:app`."""

from geo.core.settings import Settings
from geo.web import create_app

app = create_app(Settings.from_env())

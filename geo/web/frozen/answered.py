"""The service's own answers → (file name, content): pages, what stands beside them, tiles, notices, catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from geo.core.settings import Settings
from geo.faces.bulk import folder_of
from geo.versions import Version
from geo.web import catalogue
from geo.web.catalogue import bulkpage
from geo.web.frozen.hosting import with_policy
from geo.web.frozen.views import Held
from geo.web.sharing.cards import CARD

File = tuple[str, bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asking:
    """The service that is asked, at the address that the site will have."""

    client: FlaskClient
    settings: Settings

    def __call__(self, path: str) -> bytes:
        """Return the content of an address given from the root; of a page with its policy inside."""
        content, policy = self._answer(path)
        return with_policy(content, policy) if path.endswith("/") else content

    def found(self, path: str) -> bytes | None:
        """Return the content of an address, None where the service has no answer."""
        response = self.client.get(f"/{path}", base_url=self.settings.base_url or "http://localhost/")
        return response.data if response.status_code == 200 else None

    def _answer(self, path: str) -> tuple[bytes, str]:
        base = self.settings.base_url or "http://localhost/"
        response = self.client.get(f"/{path}", base_url=base, headers={"Accept": "text/html"})
        if response.status_code != 200:
            raise AssertionError(f"{path}: {response.status_code}")
        return response.data, response.headers.get("Content-Security-Policy", "")


def pages_of(held: Held, version: Version, ask: Asking, progress: Progress) -> Iterator[File]:
    """Yield every page and what stands beside it, in force and under the name of its version.

    A file of figures says the same at both addresses, so it is asked for once; pages and embeds are not the same.
    """
    listed = sorted(held.pages)
    for done, page in enumerate(listed):
        progress(done, len(listed))
        for name in ("", *held.pages[page]):
            path, pinned = f"{page}{name}", f"v/{version.id}/{page}{name}"
            content = ask(pinned if name == CARD else path)
            if name != CARD:
                yield file_of(path), content
            yield file_of(pinned), ask(pinned) if path.endswith("/") else content
    progress(len(listed), len(listed))


def file_of(path: str) -> str:
    """Return the name of the file that answers an address."""
    return f"{path}index.html" if path.endswith("/") else path


def catalogued(versions: Iterable[Version], ask: Asking) -> Iterator[File]:
    """Yield the files of every version's folder; what portals and search engines ask for, where addresses are known."""
    for version in versions:
        for name, file in folder_of(version).files.items():
            yield f"v/{version.id}/{bulkpage.WORD}/{name}", b"".join(file.pieces(0, file.length))
    for name in catalogue.NAMES if ask.settings.base_url else ():
        yield name, ask(name)


def notices_of(held: Held, version: Version, ask: Asking) -> Iterator[File]:
    """Yield the notice that each frozen embed of a version asks for."""
    for view in held.views:
        path = f"notice/{version.id}/{view.path}notice.json"
        yield path, ask(path)


def notices_of_older(out: Path, carried: Iterable[str], ask: Asking) -> Iterator[File]:
    """Yield what embeds of versions frozen before are to say now: newer figures, and which values are others."""
    for version_id in carried:
        folder = out / "v" / version_id
        for embed in sorted(folder.glob("**/embed/index.html")):
            path = f"notice/{version_id}/{embed.parent.parent.relative_to(folder).as_posix()}/"
            notice = ask.found(f"{path}notice.json")
            if notice is None:
                continue  # not of a version that the home still has
            yield f"{path}notice.json", notice
            changes = ask.found(f"{path}changes.json") if b'"more"' in notice else None
            if changes is not None:
                yield f"{path}changes.json", changes

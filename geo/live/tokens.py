"""Who may send: tokens, each for one country. Only a salted digest is kept, so that a stolen file opens nothing."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from geo.core.country import ID
from geo.core.errors import BadOrder, DamagedTokens
from geo.core.files import disk, make_folder, replace_durably, to_json

_SECRET = re.compile(r"bm_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_NOBODY = ("00000000", "0" * 32, "0" * 64)  # what an unknown token is compared with, so that it takes as long


@dataclass(frozen=True)
class Token:
    """What is kept of a token. `name` is the source that its records are of; `revoked` is empty while it opens."""

    id: str
    name: str
    country: str
    salt: str
    sha256: str
    created: str
    revoked: str = ""


@dataclass(frozen=True)
class Tokens:
    """The tokens of a home, in a file that its owner alone may read."""

    folder: Path  # of the home

    def every(self) -> tuple[Token, ...]:
        """Return all tokens, revoked ones too, in order of creation; raises DamagedTokens where none can be read."""
        try:
            plain = json.loads(self._path.read_bytes())
            return tuple(Token(**row) for row in plain["tokens"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            raise DamagedTokens(file=self._path) from None

    def new(self, name: str, country: str, at: str) -> tuple[Token, str]:
        """Return a new token and its secret, which is shown this once; raises BadOrder for a name that is none."""
        for word in (name, country):
            if not ID.fullmatch(word):
                raise BadOrder(word="NAME", value=word[:80], allowed="a-z 0-9 -")
        made = secrets.token_hex(4)
        secret, salt = f"bm_{made}_{secrets.token_urlsafe(32)}", secrets.token_hex(16)
        token = Token(made, name, country, salt, _hashed(salt, secret), at)
        with self._locked():
            self._write([*self.every(), token])
        return token, secret

    def revoke(self, token_id: str, at: str) -> Token:
        """Return the token that opens nothing from now on; raises BadOrder for an unknown id."""
        with self._locked():
            known = {token.id: token for token in self.every()}
            if token_id not in known:
                raise BadOrder(word="ID", value=token_id[:80], allowed=", ".join(known) or "–")
            known[token_id] = replace(known[token_id], revoked=known[token_id].revoked or at)
            self._write([*known.values()])
        return known[token_id]

    def of_secret(self, secret: str) -> Token | None:
        """Return the token that a secret opens, or None; a wrong one takes as long as a right one."""
        found = _SECRET.fullmatch(secret)
        token = next((row for row in self.every() if found and row.id == found[1]), None)
        salt, sha256 = (token.salt, token.sha256) if token else _NOBODY[1:]
        is_right = hmac.compare_digest(_hashed(salt, secret), sha256)
        return token if token and is_right and not token.revoked else None

    @property
    def _path(self) -> Path:
        return self.folder / "live" / "tokens.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Wait for whoever changes the tokens now: a revoked one must not come back with a new one."""
        with disk(self.folder):
            # Whoever may not enter the folder cannot read the file before its own mode is set either.
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(self._path.parent, 0o700)
            file = self._path.with_suffix(".lock").open("ab")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _write(self, tokens: list[Token]) -> None:
        content = to_json({"tokens": [asdict(token) for token in tokens]})
        with disk(self.folder):
            make_folder(self._path.parent, 0o700)
            replace_durably(self._path, content)
            os.chmod(self._path, 0o600)


def _hashed(salt: str, secret: str) -> str:
    # 256 random bits cannot be guessed, so one round of SHA-256 is as good as many.
    return hashlib.sha256(bytes.fromhex(salt) + secret.encode("utf-8", "replace")).hexdigest()

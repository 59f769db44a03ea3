"""A page that stands alone: its style inside, no script, nothing asked of anybody, every foreign text as text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

_STATIC = Path(__file__).parents[1] / "web" / "static"
_STYLES = (_STATIC / "map.css", _STATIC / "mark.css", Path(__file__).with_name("paper.css"))


@dataclass(frozen=True)
class Table:
    """A table: the first cell of each row is its heading; a foot of several rows stands below."""

    caption: str
    head: Sequence[str | Markup]
    rows: Iterable[Sequence[str | Markup]]
    foot: Iterable[Sequence[str | Markup]] = ()
    kind: str = ""


def document(title: str, lang: str, body: Markup) -> str:
    """Return the whole page; its policy allows its own style by hash and nothing else."""
    style = _style()
    made = Markup(
        '<!doctype html>\n<html lang="%s">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="%s">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>%s</title>\n<style>%s</style>\n</head>\n'
        "<body>\n<main>\n%s\n</main>\n</body>\n</html>\n"
    )
    return str(made % (lang, policy(), title, Markup(style), body))  # noqa: S704 - our style sheet


def policy() -> str:
    """Return the policy of a page that stands alone."""
    digest = base64.b64encode(hashlib.sha256(_style().encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def sheet(table: Table) -> Markup:
    """Return a table in a box that scrolls sideways by itself, also with the keyboard."""
    head = Markup("").join(Markup('<th scope="col">%s</th>') % cell for cell in table.head)
    rows = Markup("").join(map(_row, table.rows))
    foot = Markup("").join(map(_row, table.foot))
    made = Markup(
        '<div class="sheet" tabindex="0" role="group" aria-label="%s"><table class="%s"><caption>%s</caption>'
        "<thead><tr>%s</tr></thead>\n<tbody>%s</tbody>%s</table></div>\n"
    )
    below = Markup("<tfoot>%s</tfoot>") % foot if foot else Markup("")
    return made % (table.caption, table.kind, table.caption, head, rows, below)


def facts(rows: Iterable[tuple[str, str | Markup]]) -> Markup:
    """Return a list of (word, value)."""
    made = [Markup("<div><dt>%s</dt><dd>%s</dd></div>") % row for row in rows]
    return Markup('<dl class="facts">%s</dl>\n') % Markup("").join(made)


def section(title: str, *parts: Markup) -> Markup:
    """Return a section under its heading."""
    return Markup("<section>\n<h2>%s</h2>\n%s</section>\n") % (title, Markup("").join(parts))


def _row(cells: Sequence[str | Markup]) -> Markup:
    made = [Markup('<th scope="row">%s</th>') % cells[0], *(_cell(cell) for cell in cells[1:])]
    return Markup("<tr>%s</tr>\n") % Markup("").join(made)


def _cell(cell: str | Markup) -> Markup:
    # A cell that brings its own td may have a class.
    is_whole = isinstance(cell, Markup) and cell.startswith("<td")
    return Markup(cell) if is_whole else Markup("<td>%s</td>") % cell  # noqa: S704 - Markup already


@lru_cache(maxsize=1)
def _style() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in _STYLES)

"""The report of an import as one page that stands alone and can be sent on: HTML, a small map, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from geo.core.errors import Fault, readable
from geo.core.saying import folded, place, remedy, what
from geo.core.text import Text
from geo.faces.changes import change_table
from geo.faces.mark import mark_of, marked, warning
from geo.faces.paper import Table, document, facts, section, sheet
from geo.faces.report import UNIT_STATES, Change, ReadFile, Report, by_file, name_of
from geo.faces.states import Marked, legend, state_map
from geo.faces.svg import Drawing

_OPEN = 40  # faults of a file that are shown at once; the rest unfolds
_MOST_UNPLACED = 200
_NAMED = 8  # of the rows that have the same fault


def report_page(report: Report, text: Text, drawing: Drawing | None = None) -> str:
    """Return the page; `drawing` is the version's outline whose units are those of the report, in the same order."""
    country = name_of(report.country_names, report.country, text.lang)
    title = heading(report, text)
    parts = [
        Markup('<p class="kicker">%s · %s</p>\n<h1>%s</h1>\n') % (country, text("report.title"), title),
        warning(report, text),
        Markup('<p class="outcome"><span class="badge %s">%s</span> <span>%s</span></p>\n')
        % (report.outcome, text(f"report.outcome.{report.outcome}"), outcome(report, text)),
        _facts(report, text),
        _faults(report, text),
        _warnings(report, text),
        _changes(report, text),
        _units(report, text, drawing),
        _unplaced(report, text),
        _files(report, text),
    ]
    return document(marked(mark_of(report, text), f"{title} – {country}"), text.lang, Markup("").join(parts))


def heading(report: Report, text: Text) -> str:
    """Return what was imported: the period, else the files."""
    if report.period:
        return text.period(report.period)
    names = [readable(file.name, 80) for file in report.files]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "") if names else text("report.title")


def outcome(report: Report, text: Text) -> str:
    """Return in a sentence how the import ended."""
    values = {"version": report.version, "faults": text.number(report.fault_count)}
    return text(f"report.ended.{report.outcome}", **values)


def moment(at: str, text: Text) -> str:
    """Return a time as given, the day in words; what is no time stays."""
    try:
        return f"{text.day(at)}, {at[11:16]} {at[19:]}".rstrip(", ").replace("+00:00", "UTC")
    except ValueError:
        return readable(at, 40)


def _facts(report: Report, text: Text) -> Markup:
    nothing = text("report.none")
    rows: list[tuple[str, str | Markup]] = [(text("report.at"), moment(report.at, text))]
    if report.author:
        rows.append((text("report.author"), readable(report.author, 200)))
    rows.append((text("report.version_before"), _code(report.version_before, nothing)))
    if report.version:
        rows.append((text("report.version_after"), _code(report.version, nothing)))
    rows.append((text("report.faults"), text.number(report.fault_count)))
    rows.append((text("report.warnings"), text.number(len(report.warnings))))
    return facts(rows)


def _faults(report: Report, text: Text) -> Markup:
    if not report.faults:
        return Markup("")
    listed = _grouped(report.faults, text)
    unnamed = report.fault_count - sum(map(len, by_file(report.faults).values()))
    more = Markup("<p>%s</p>") % text("report.more_faults", count=text.number(unnamed)) if unnamed else Markup("")
    return section(text("report.faults"), listed, more)


def _warnings(report: Report, text: Text) -> Markup:
    if not report.warnings:
        return Markup("")
    lead = Markup('<p class="soft">%s</p>') % text("report.warnings_lead")
    return section(text("report.warnings"), lead, _grouped(report.warnings, text))


def _grouped(found: Sequence[Fault], text: Text) -> Markup:
    made = []
    for file, faults in by_file(found).items():
        items = [_fault(fault, same, text) for fault, same in folded(faults)]
        made.append(Markup("<h3>%s</h3>\n") % (file or text("report.no_file")))
        made.append(Markup('<ul class="list">%s</ul>\n') % Markup("").join(items[:_OPEN]))
        if items[_OPEN:]:
            word = text("report.more_of_file", count=text.number(len(items) - _OPEN))
            rest = Markup("").join(items[_OPEN:])
            made.append(Markup('<details><summary>%s</summary><ul class="list">%s</ul></details>\n') % (word, rest))
    return Markup("").join(made)


def _fault(fault: Fault, same: list[int], text: Text) -> Markup:
    where = place(fault, text) or (text("report.whole_file") if fault.file else "")
    more = Markup("<p>%s</p>") % same_rows(same, text) if same else Markup("")
    return Markup(
        '<li class="fault"><div class="at">%s<code>%s</code></div><div><p>%s</p>%s<p class="do">%s</p></div></li>\n'
    ) % (where, fault.code, what(fault, text), more, remedy(fault, text))


def same_rows(rows: Sequence[int], text: Text) -> str:
    """Return in a sentence how many more rows have a fault, and the first of them."""
    named = ", ".join(map(str, rows[:_NAMED])) + (" …" if rows[_NAMED:] else "")
    return text("report.same", count=text.number(len(rows)), rows=named)


def _changes(report: Report, text: Text) -> Markup:
    found = report.differences
    if found is None:
        return Markup("")
    key = "report.changes_lead" if report.version_before else "report.changes_first"
    lead = Markup("<p>%s</p>\n") % text(key, version=report.version_before)
    phase = text(f"phase.{found.phase}")
    parts = [
        # Phases are stages of one budget: they stand in their own order and are not added up.
        _change_sheet(text("report.by_phase"), found.by_phase, report, text, is_sum=False),
        _change_sheet(text("report.by_unit", phase=phase), found.by_unit, report, text),
        _change_sheet(text("report.by_function", phase=phase), _coded(found.by_function), report, text),
        *(
            Markup("<p>%s</p>\n") % text(f"report.reports_{word}", count=text.number(len(names)))
            for word, names in (("new", found.new), ("replaced", found.replaced), ("removed", found.removed))
            if names
        ),
    ]
    return section(text("report.changes"), lead, *parts)


def _coded(changes: Sequence[Change]) -> list[Change]:
    """Return changes whose names begin with their code, as people speak of functions."""
    return [
        replace(row, names={lang: f"{row.key} {name}" for lang, name in row.names.items() if name}) for row in changes
    ]


def _change_sheet(caption: str, changes: Sequence[Change], report: Report, text: Text, is_sum: bool = True) -> Markup:
    if not changes:
        return Markup("")
    made = change_table(changes, report, text, is_sorted=is_sum)
    told = f" {text('report.unchanged', count=made.unchanged)}" if made.unchanged else ""
    if not made.rows:
        return Markup("<p>%s: %s</p>\n") % (caption, text("report.nothing_changes"))
    head = [text(f"report.column_{name}") for name in ("name", "before", "after", "change", "percent")]
    foot = (made.total,) if is_sum else ()
    return sheet(Table(f"{caption}, {made.unit}.{told}", head, made.rows, foot, "changes"))


def _units(report: Report, text: Text, drawing: Drawing | None) -> Markup:
    if not report.units:
        return Markup("")
    lang = text.lang
    names = [name_of(unit.names, unit.unit_id, lang) for unit in report.units]
    counts = [(state, sum(unit.state == state for unit in report.units)) for state in UNIT_STATES]
    rows = [(state, text(f"report.state.{state}"), count) for state, count in counts if count]
    aside = [legend(rows)]
    if report.missing:
        items = Markup("").join(
            Markup("<li>%s</li>") % name_of(unit.names, unit.unit_id, lang) for unit in report.missing
        )
        aside.append(Markup('<h3>%s</h3><ul class="names">%s</ul>') % (text("report.state.missing"), items))
    side = Markup("<div>%s</div>") % Markup("").join(aside)
    title = text("report.units", period=text.period(report.period)) if report.period else text("report.units_all")
    if drawing is None:
        return section(title, side)
    shown = [
        Marked(name, unit.state, text(f"report.state.{unit.state}"))
        for name, unit in zip(names, report.units, strict=True)
    ]
    alt = f"{title}. " + ". ".join(f"{word}: {count}" for _, word, count in rows)
    drawn = state_map(drawing, shown, alt, mark_of(report, text))
    return section(title, Markup('<div class="place"><div>%s</div>%s</div>\n') % (drawn, side))


def _unplaced(report: Report, text: Text) -> Markup:
    if not report.unplaced:
        return Markup("")
    listed = sorted(report.unplaced, key=lambda body: (-abs(body.amount_minor), body.body_id))
    rows = [
        (
            readable(body.name, 300) or readable(body.body_id, 80),
            readable(body.body_id, 80),
            _money(body.amount_minor, report, text),
        )
        for body in listed[:_MOST_UNPLACED]
    ]
    if len(listed) > _MOST_UNPLACED:
        rest = listed[_MOST_UNPLACED:]
        amount = _money(sum(body.amount_minor for body in rest), report, text)
        rows.append((text("report.more_bodies", count=text.number(len(rest))), "", amount))
    total = (text("report.total"), "", _money(sum(body.amount_minor for body in listed), report, text))
    head = [text(f"report.column_{name}") for name in ("body", "code", "amount")]
    return section(text("report.unplaced"), sheet(Table(text("report.unplaced_lead"), head, rows, (total,))))


def _files(report: Report, text: Text) -> Markup:
    if not report.files:
        return Markup("")
    made = Markup("").join(_file(file, text) for file in report.files)
    return section(text("report.files"), Markup('<ul class="files">%s</ul>\n') % made)


def _file(file: ReadFile, text: Text) -> Markup:
    told = [rows_read(file, text)]
    if file.profile:
        told.append(text("report.by_profile", profile=readable(file.profile, 80)))
    odd = Markup("")
    if file.rows_unexplained:
        count = text.number(file.rows_unexplained)
        odd = Markup('<p class="odd">%s</p>') % text("report.rows_unexplained", count=count)
    digest = Markup('<p class="soft">SHA-256 <code>%s</code></p>') % file.sha256 if file.sha256 else Markup("")
    return Markup("<li><b>%s</b><p>%s</p>%s%s</li>\n") % (readable(file.name, 200), " ".join(told), odd, digest)


def rows_read(file: ReadFile, text: Text) -> str:
    """Return rows read = taken + left out, each for its reason; a file that was refused unread says so."""
    if not file.sha256:
        return text("report.not_read")
    left = [
        (text(f"report.left.{reason}") if text.has(f"report.left.{reason}") else readable(reason, 40), count)
        for reason, count in file.rows_left.items()
        if count
    ]
    # The word stands first: no language has to decline it by the number.
    terms = [f"{word} {text.number(count)}" for word, count in [(text("report.rows_taken"), file.rows_taken), *left]]
    return text("report.rows", read=text.number(file.rows_read), terms=" + ".join(terms))


def _money(amount_minor: int, report: Report, text: Text) -> str:
    return text.money(amount_minor, report.minor_units, report.symbol)


def _code(value: str, nothing: str) -> str | Markup:
    return Markup("<code>%s</code>") % value if value else nothing

"""The form that a unit fills in, as a workbook: headings of a profile, rows of its codes, a total, instructions.

The same form is the same bytes at any time on one machine. Nothing in it is locked and nothing is computed by a
formula: what stands in a cell is what will be read.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from geo.core.errors import MissingPart, readable
from geo.core.model import LANGUAGES, PHASES
from geo.core.text import Text

FACTORS = {"tenge": 1, "thousand": 1000, "million": 1_000_000}
_ORDER = ("unit", "unit_name", "period", "function", "administrator", "body", "unit_of_amounts", *PHASES)
_WIDTHS = {"unit": 14, "unit_name": 26, "period": 11, "function": 11, "administrator": 17, "unit_of_amounts": 14}
_MOST_DIGITS = 15  # that a spreadsheet keeps of a number; a longer amount is written as text
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_DAY = b"2000-01-01T00:00:00Z"


@dataclass(frozen=True)
class FormRow:
    """One row of the form; an amount of None is an empty cell. `administrator` or `body` or neither is given."""

    unit_id: str
    function: str
    amounts: Mapping[str, int | None]  # phase → minor units
    administrator: str = ""
    body: str = ""


@dataclass(frozen=True)
class Form:
    """What the form asks for: the words of its profile in one language, and the codes to choose from."""

    sheet: str
    headings: Mapping[str, str]  # canonical column → heading, in the order of the sheet
    unit_words: Mapping[str, str]  # unit of amounts → word
    total: str
    period: str  # YYYY-MM
    units: Mapping[str, str]  # unit_id → name
    functions: Mapping[str, str]  # code → name
    administrators: Mapping[str, str]  # code → name
    unit_of_amounts: str = "tenge"  # key of FACTORS
    minor_units: int = 100


def form_words(profile: Mapping[str, Any], text: Text) -> dict[str, Any]:
    """Return `sheet`, `headings`, `unit_words` and `total` of a Form from a profile's tables.

    A profile lists its headings in the order of the languages kk, ru, en; a column with fewer has one for all.
    """
    lists = {**profile["columns"], **profile.get("ignored", {})}
    named = {column: _own(words, text) for column, words in lists.items()}
    totals = [word for word in profile["totals"]["words"] if word.casefold() == text("template.total").casefold()]
    return {
        "sheet": profile["dialect"]["sheet"],
        "headings": {column: named[column] for column in _ORDER if column in named},
        "unit_words": {unit: _own(words, text) for unit, words in profile["amounts"]["units"].items()},
        "total": (totals or profile["totals"]["words"])[0],
    }


def template(form: Form, text: Text, rows: Sequence[FormRow] | None = None) -> bytes:
    """Return the workbook: with `rows` their amounts and totals, else a row for each unit and function to fill in."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise MissingPart(name="openpyxl", remedy="pip install 'budgetmap[build]'") from None
    book = Workbook()
    book.properties.creator = text("site.name")
    book.properties.title = text("template.title", period=form.period)
    places = _guide(book.create_sheet(text("template.guide")), form, text)
    given = rows if rows is not None else [FormRow(unit, code, {}) for unit in form.units for code in form.functions]
    _fill(book.worksheets[0], form, given)
    _choices(book.worksheets[0], form, places, len(given))
    made = io.BytesIO()
    book.save(made)
    return _undated(made.getvalue())


def _own(words: str | Sequence[str], text: Text) -> str:
    if isinstance(words, str):
        return words
    place = LANGUAGES.index(text.lang)
    return words[place] if place < len(words) else words[0]


def _fill(sheet: Any, form: Form, rows: Sequence[FormRow]) -> None:
    """Write the form: header, rows, total."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    sheet.title = form.sheet
    columns = list(form.headings)
    sums: dict[str, int | None] = {phase: _sum(rows, phase) for phase in PHASES}
    lines: list[Sequence[str | Decimal | None]] = [[_value(row, column, form) for column in columns] for row in rows]
    last = {"unit": form.total, "unit_of_amounts": form.unit_words[form.unit_of_amounts]}
    lines.append([last.get(column, _amount(sums.get(column), form)) for column in columns])
    header = [form.headings[column] for column in columns]
    for number, cells in enumerate([header, *lines], 1):
        for place, value in enumerate(cells, 1):
            _put(sheet.cell(number, place), value, is_amount=columns[place - 1] in PHASES and number > 1)
    fill, line = PatternFill("solid", fgColor="DCEBE8"), Side(style="thin", color="28768D")
    for cell in sheet[1]:
        cell.font, cell.fill, cell.border = Font(bold=True), fill, Border(bottom=line)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for cell in sheet[len(lines) + 1]:
        cell.font, cell.fill, cell.border = Font(bold=True), fill, Border(top=line)
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 20)
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = sheet.cell(2, 1 + sum(column in ("unit", "unit_name") for column in columns[:2]))
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _sum(rows: Sequence[FormRow], phase: str) -> int | None:
    known = [amount for row in rows if (amount := row.amounts.get(phase)) is not None]
    return sum(known) if known else None


def _value(row: FormRow, column: str, form: Form) -> str | Decimal | None:
    own = {
        "unit": row.unit_id,
        "unit_name": form.units.get(row.unit_id, ""),
        "period": form.period,
        "function": row.function,
        "administrator": row.administrator,
        "body": row.body,
        "unit_of_amounts": form.unit_words[form.unit_of_amounts],
    }
    return own[column] if column in own else _amount(row.amounts.get(column), form)


def _amount(amount_minor: int | None, form: Form) -> str | Decimal | None:
    if amount_minor is None:
        return None
    # Exact: the divisors are products of two and five. Plain digits, for an exponent would not be read.
    amount = Decimal(f"{Decimal(amount_minor) / (form.minor_units * FACTORS[form.unit_of_amounts]):f}")
    plain = f"{amount:f}"
    return amount if len(plain.strip("-0.").replace(".", "")) <= _MOST_DIGITS else plain


def _put(cell: Any, value: str | Decimal | None, is_amount: bool = False) -> None:
    if value is None or value == "":
        cell.number_format = "#,##0.00" if is_amount else "@"
        return
    cell.value = readable(value, 32_000) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it begins with, it is no formula
    cell.number_format = "#,##0.00" if is_amount else "@"


def _choices(sheet: Any, form: Form, places: Mapping[str, str], count: int) -> None:
    """Offer the codes of the second sheet in the cells of the first; what else is typed is asked about, not refused."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(form.headings, 1):
        if column in places and count:
            choice = DataValidation(type="list", formula1=places[column], allow_blank=True, errorStyle="warning")
            letter = get_column_letter(place)
            choice.add(f"{letter}2:{letter}{count + 1}")
            sheet.add_data_validation(choice)


def _guide(sheet: Any, form: Form, text: Text) -> dict[str, str]:
    """Write instructions and code lists; return column → where its codes stand."""
    from openpyxl.styles import Alignment, Font

    told = [text(f"template.step_{number}", sheet=form.sheet, total=form.total) for number in range(1, 9)]
    _put(sheet.cell(1, 1), text("template.title", period=form.period))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for number, sentence in enumerate(told, 3):
        _put(sheet.cell(number, 1), sentence)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=2)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = 15 * (1 + len(sentence) // 95)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 88
    places, number = {}, len(told) + 5
    words = {word: text(f"template.amounts_{unit}") for unit, word in form.unit_words.items()}
    lists = {"unit_of_amounts": words, "function": form.functions, "unit": form.units}
    for column, rows in {**lists, "administrator": form.administrators}.items():
        if rows and column in form.headings:
            _put(sheet.cell(number, 1), form.headings[column])
            sheet.cell(number, 1).font = Font(bold=True)
            for code, name in rows.items():
                number += 1
                _put(sheet.cell(number, 1), code)
                _put(sheet.cell(number, 2), name)
                sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
            title = sheet.title.replace("'", "''")
            places[column] = f"'{title}'!$A${number - len(rows) + 1}:$A${number}"
            number += 2
    return places


def _undated(book: bytes) -> bytes:
    """Return the workbook without the moment at which it was made, so that the same form has the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _DAY, content)
            entry = zipfile.ZipInfo(name, _ZIP_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, content)
    return made.getvalue()

"""A table as XLSX: numbers as numbers where a spreadsheet holds them exactly, else text; a second sheet of notes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from geo.exporting.order import Order, amount, plain

_MOST_DIGITS = 15  # that a spreadsheet keeps of a number
_LONGEST = 32_767  # characters of a cell
_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # no clock; the library takes a time without a zone
_WIDTHS = {"text": 22, "flag": 10, "whole": 8, "number": 16, "amount": 22}


def write(order: Order, made: Path) -> None:
    """Write the file row by row."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": made.parent}
    book = xlsxwriter.Workbook(str(made), options)
    book.set_properties({"title": order.header["title"], "author": order.header["author"], "created": _DAY})
    heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCEBE8", "border_color": "#28768D"})
    money, wrapped = book.add_format({"num_format": "#,##0.00"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(order.header["sheet"])
    for place, (name, kind) in enumerate(order.columns):
        sheet.set_column(place, place, _WIDTHS[kind])
        sheet.write_string(0, place, name, heading)
    sheet.freeze_panes(1, 1)
    count = 0
    for count, row in enumerate(order.rows(), 1):
        for place, (_, kind) in enumerate(order.columns):
            value = row[place]
            if kind == "amount":
                _put_amount(sheet, (count, place), amount(value, order.header["minor_units"]), money)
            elif value is not None and value != "":
                _put(sheet, (count, place), value, kind)
    sheet.autofilter(0, 0, count, len(order.columns) - 1)
    notes = book.add_worksheet(order.header["notes"])
    notes.set_column(0, 0, 26, wrapped)
    notes.set_column(1, 1, 110, wrapped)
    for number, pair in enumerate(order.said()):
        for place, text in enumerate(pair):
            notes.write_string(number, place, text[:_LONGEST], wrapped)
    book.close()


def _put_amount(sheet: Any, at: tuple[int, int], exact: Decimal | None, money: Any) -> None:
    text = plain(exact)
    if exact is None or text is None:
        return
    if len(text.strip("-0.").replace(".", "")) <= _MOST_DIGITS:
        sheet.write_number(*at, float(exact), money)
    else:
        sheet.write_string(*at, text)


def _put(sheet: Any, at: tuple[int, int], value: Any, kind: str) -> None:
    if kind == "flag":
        sheet.write_boolean(*at, value)
    elif kind == "text":
        sheet.write_string(*at, value[:_LONGEST])
    elif float(f"{value:.16G}") == value:  # the digits that the library writes
        sheet.write_number(*at, value)
    else:
        sheet.write_string(*at, repr(value))

"""How the numbers of one layer are written: its scale, its unit, its title, in the view's language."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.measures import is_year_end
from geo.core.text import Scale, Text, text_of
from geo.core.view import View
from geo.layers import Layer, Row
from geo.versions import Version


@dataclass(frozen=True)
class Wording:
    """One layer's way of writing: every face asks it, so that a number reads the same everywhere."""

    text: Text
    layer: Layer
    version: Version
    scale: Scale
    amount_scale: Scale

    @classmethod
    def of(cls, layer: Layer, version: Version) -> Wording:
        """Return the wording whose scales fit the largest value of the classes and the largest amount of the layer."""
        minor = version.country.minor_units
        values = [abs(value) for extent in layer.classes.extents for value in extent]
        amounts = [abs(row.amount or 0) for row in layer.rows]
        return cls(
            text_of(layer.view.lang),
            layer,
            version,
            Scale.of(max(values, default=0) / minor),
            Scale.of(max(amounts, default=0) * _factor(layer) / minor).finer,
        )

    @property
    def title(self) -> str:
        """Return the title without the period: the measure, and the function if one was chosen."""
        title = self.text(f"measure.{self.layer.measure.id}.title")
        if not self.layer.view.function:
            return title
        code = self.layer.view.function
        function = function_name(self.version, code, self.text.lang, "short")
        if not has_name(self.version, code, self.text.lang):
            function = self.text("function.in_russian", name=function)
        return f"{title}. {function}" if ":" in title else f"{title}: {function}"

    def unit_name(self, unit_id: str) -> str:
        """Return the name of a unit of any level of the layer's edition; raises KeyError for an unknown one."""
        return unit_name(self.version, self.layer.edition, unit_id, self.text.lang)

    @property
    def period(self) -> str:
        """Return the period; a plan is for the whole year, whichever month it was stated in."""
        word = self.layer.view.period
        return self.text.plan_period(word) if self.layer.measure.is_plan else self.text.period(word)

    @property
    def status(self) -> str:
        """Return the word of the message for what kind of figure it is: plan, final or partial."""
        return status_of(self.layer.view)

    @property
    def unit(self) -> str:
        """Return the unit of the layer's values, with the word of their scale."""
        view, measure = self.layer.view, self.layer.measure
        if measure.is_money:
            words = {"scale": self.scale_word(self.scale), "symbol": self.version.country.symbol}
            return self.text("unit.none" if view.per == "none" else "unit.rate", per=self.series("label"), **words)
        if measure.over == "plan":
            return self.text("unit.execution" if is_year_end(view.month) else "unit.execution_to_date")
        return self.text(f"unit.{measure.id}")

    @property
    def amount_unit(self) -> dict[str, str]:
        """Return scale and symbol of the amounts, to fill a message."""
        return {"scale": self.scale_word(self.amount_scale), "symbol": self.version.country.symbol}

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """Return what a reader must see at once because it changes the numbers: level, transfers, borders, prices."""
        view, text, levels = self.layer.view, self.text, self.version.country.levels
        lower = tuple(row.name[text.lang] for row in levels[1:] if row.id == view.level)
        per = self.series("label") if not self.layer.measure.is_money else ""
        within = {"unit": self.unit_name(view.within)} if view.within else {}
        asked: tuple[tuple[bool, str, dict[str, str]], ...] = (
            (bool(view.within), "qualifier.within", within),
            (view.transfers == "included", "qualifier.transfers", {}),
            (view.transfers == "apart", "qualifier.without_transfers", {}),
            (bool(view.borders), "qualifier.borders", {"edition": view.borders}),
            (view.prices != "nominal", "qualifier.prices", {"year": view.prices}),
        )
        return (*lower, *((per,) if per else ()), *(text(key, **values) for applies, key, values in asked if applies))

    def series(self, field: str) -> str:
        """Return a word of the denominator's series: label, column or source; empty for totals and ratios."""
        rows = {row.series: row for row in self.version.country.denominators}
        row = rows.get(self.layer.view.per) if self.layer.measure.has_denominator else None
        return "" if row is None else str(getattr(row, field)[self.text.lang])

    def scale_word(self, scale: Scale) -> str:
        """Return the word of a scale with its space, such as "thousand "."""
        return self.text(f"scale.{scale.exponent}")

    def value(self, value: float) -> str:
        """Return a value of the layer in its scale, or in per cent."""
        if self.layer.measure.is_money:
            return self.text.scaled(value / self.version.country.minor_units, self.scale)
        return self.text.percent(value, is_change=self.layer.measure.is_signed)

    def said(self, value: float) -> str:
        """Return a value of the layer as running text says it; of a ratio the per cent alone."""
        return self.said_rate(value, self.scale) if self.layer.measure.is_money else self.value(value)

    def said_rate(self, value: float, scale: Scale) -> str:
        """Return minor units per denominator as running text says them: ₸1,088 thousand per person."""
        country = self.version.country
        return self._per(self.text.said(value / country.minor_units, scale, country.symbol))

    def rate_in_words(self, value: float) -> str:
        """Return minor units per denominator by themselves, in the scale of their own size."""
        return self._per(self.text.in_words(value / self.version.country.minor_units, self.version.country.symbol))

    def _per(self, money: str) -> str:
        per = self.series("label")
        return self.text("money.rate", money=money, per=per) if per else money

    def amount(self, amount_minor: float | None) -> str:
        """Return an amount in the prices of the view, in the scale of the amounts."""
        if amount_minor is None:
            return "–"
        return self.text.scaled(
            amount_minor * _factor(self.layer) / self.version.country.minor_units, self.amount_scale
        )

    def denominator(self, value: float | None) -> str:
        """Return people, km² …, or for a ratio the money below."""
        if value is None or not self.layer.measure.is_money:
            return self.amount(value)
        return self.text.number(round(value))

    def row_value(self, row: Row) -> str:
        """Return a row's value, or why it has none."""
        return self.text(f"state.{row.state}") if row.value is None else self.value(row.value)

    def money(self, amount_minor: int) -> str:
        """Return an amount exactly."""
        return self.text.money(amount_minor, self.version.country.minor_units, self.version.country.symbol)


def _factor(layer: Layer) -> float:
    """Return what amounts are shown in: the prices of the view. Growth has no such price: its amounts are nominal."""
    return layer.price_factor if layer.measure.is_money else 1.0


def status_of(view: View) -> str:
    """Return the word of the message for what kind of figure a view shows: plan, final or partial."""
    if view.shown.is_plan:
        return "plan"
    return "final" if view.is_whole_year else "partial"


def function_name(version: Version, code: str, lang: str, form: str = "name") -> str:
    """Return a function's name (or its `short` form); names that a language lacks stand in Russian."""
    names = version.json("functions.json")[code]
    return str(names.get(f"{form}_{lang}") or names.get(f"name_{lang}") or names.get("name_ru") or code)


def unit_name(version: Version, edition: str, unit_id: str, lang: str) -> str:
    """Return the name of a unit of any level of an edition; raises KeyError for an unknown one."""
    for row in version.country.levels:
        if f"{edition}/{row.id}/units.json" in version.manifest["files"]:
            level = version.level(edition, row.id)
            if unit_id in level.numbers:
                return level.units[level.numbers[unit_id]].names[lang]
    raise KeyError(unit_id)


def has_name(version: Version, code: str, lang: str) -> bool:
    """Tell whether the source names a function in a language."""
    return bool(version.json("functions.json")[code].get(f"name_{lang}"))


def collated(name: str) -> tuple[int, ...]:
    """Return a sort key in the order of the Kazakh alphabet, which holds the Russian one; Latin stands first."""
    return tuple(_LETTERS.get(letter, ord(letter)) for letter in name.lower())


_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_LETTERS = {letter: 0x400 + place for place, letter in enumerate(_ALPHABET)}

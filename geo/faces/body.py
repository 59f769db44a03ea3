"""One body's money in words: its figures and its place among its peers, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from geo.core.measures import is_year_end
from geo.core.text import Scale, Text
from geo.faces.amounts import UNKNOWN, Amount, amount_of, rounded
from geo.faces.bars import bar
from geo.faces.boxes import box
from geo.faces.sparkline import Dot, sparkline
from geo.faces.wording import function_name
from geo.layers.body import EVERY, Amounts, Body, FunctionFigures, PeriodFigures, Spread
from geo.layers.holdings import BUDGET
from geo.versions import Version

_ADDING_UP = ("planned_to_date", "executed")  # amounts since January; the others are plans of the whole year


@dataclass(frozen=True)
class PhaseRow:
    """One phase of the period: its amount, that of a year before, the change, its line through the periods."""

    label: str
    amount: Amount
    bar: Markup
    before: Amount
    change: str
    line: Markup


@dataclass(frozen=True)
class FunctionRow:
    """One function of the period: the amounts of all phases, and what executed is a part of."""

    code: str
    name: str
    amounts: tuple[Amount, ...]
    bar: Markup
    of_body: str
    of_unit: str
    change: str


@dataclass(frozen=True)
class PeersRow:
    """Where a body stands among its peers for a function; without a deviation where there are too few."""

    name: str
    rank: str
    deviation: str
    is_small: bool
    picture: Markup
    amounts: tuple[Amount, ...]  # least, lower quartile, median, upper quartile, most


@dataclass(frozen=True)
class PeriodRows:
    """A table of periods: all functions together or one of them; amounts in the order of the phases."""

    title: str
    rows: tuple[tuple[str, tuple[Amount, ...]], ...]


@dataclass(frozen=True)
class BodyReading:
    """The texts of a body's page; amounts are in `unit`."""

    lead: str
    unit: str
    labels: tuple[str, ...]  # of the phases
    phases: tuple[PhaseRow, ...]
    functions: tuple[FunctionRow, ...]
    peers: tuple[PeersRow, ...]
    periods: tuple[PeriodRows, ...]


def read_body(body: Body, version: Version, text: Text) -> BodyReading:
    """Return a body's figures in a language."""
    writing = _Writing(body, version, text)
    return BodyReading(
        lead=writing.lead(),
        unit=text(f"scale.{writing.scale.exponent}") + version.country.symbol,
        labels=tuple(text(f"phase.{phase}") for phase in version.phases),
        phases=tuple(writing.phase(phase) for phase in version.phases),
        functions=tuple(writing.function(one) for one in body.functions),
        peers=tuple(writing.peers(one, one.peers) for one in _ranked(body) if one.peers is not None),
        periods=tuple(writing.periods()),
    )


def _ranked(body: Body) -> tuple[FunctionFigures, ...]:
    # Of a body with one function all together would say the same twice.
    return body.functions if len(body.functions) == 1 else (body.whole, *body.functions)


@dataclass(frozen=True)
class _Writing:
    """What all rows are written with."""

    body: Body
    version: Version
    text: Text

    @cached_property
    def scale(self) -> Scale:
        """Return the scale of the page's amounts."""
        known = [amount for period in self.body.course for amount in period.phases.values() if amount is not None]
        return Scale.of(max(map(abs, known), default=0) / self.version.country.minor_units).finer

    def amount(self, amount_minor: int | None) -> Amount:
        """Return an amount in the page's scale."""
        return amount_of(amount_minor, self.text, self.version, self.scale)

    def amounts(self, phases: Amounts) -> tuple[Amount, ...]:
        """Return the amounts of all phases."""
        return tuple(self.amount(phases[phase]) for phase in self.version.phases)

    def lead(self) -> str:
        """Return the first sentence: how much, of what, and how it changed; empty where nothing was executed."""
        whole = self.body.whole
        executed = whole.phases["executed"]
        if executed is None:
            return ""
        said = self.text("body.lead", amount=rounded(executed, self.text, self.version))
        if whole.of_unit is not None and self.body.unit is not None and self.body.about["kind"] != BUDGET:
            share = self.text.percent(whole.of_unit, decimals=2 if whole.of_unit < 1 else 1)
            said += self.text("body.lead_share", share=share, unit=self.body.unit.names[self.text.lang])
        change = self._change(executed, whole.past.get("executed"))
        if change != UNKNOWN:
            key = "body.lead_year" if is_year_end(self.body.month) else "body.lead_part"
            said += self.text(key, change=change, year=int(self.body.month[:4]) - 1)
        return f"{said}."

    def phase(self, phase: str) -> PhaseRow:
        """Return the row of a phase."""
        phases, past = self.body.whole.phases, self.body.whole.past
        most = max((amount or 0 for amount in phases.values()), default=0)
        amount, before = phases[phase], past.get(phase)
        return PhaseRow(
            label=self.text(f"phase.{phase}"),
            amount=self.amount(amount),
            bar=bar((amount or 0) / most if most > 0 else 0.0, phase),
            before=self.amount(before),
            change=self._change(amount, before),
            line=self._line(phase),
        )

    def function(self, one: FunctionFigures) -> FunctionRow:
        """Return the row of a function."""
        executed = one.phases["executed"]
        return FunctionRow(
            code=one.code,
            name=function_name(self.version, one.code, self.text.lang),
            amounts=self.amounts(one.phases),
            bar=bar((one.of_body or 0.0) / 100, "executed"),
            of_body=self._share(one.of_body),
            of_unit=self._share(one.of_unit),
            change=self._change(executed, one.past.get("executed")),
        )

    def peers(self, one: FunctionFigures, spread: Spread) -> PeersRow:
        """Return where the body stands among its peers for a function, or for all together."""
        name = self._title(one.code)
        far = spread.deviation
        lying = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
        return PeersRow(
            name=name,
            rank=self.text("place.rank", rank=spread.rank, count=self.text.number(spread.count)),
            deviation=UNKNOWN if far is None else self.text.percent(far, is_change=True),
            is_small=spread.is_small,
            picture=Markup("") if spread.is_small else box(lying, spread.amount),
            amounts=tuple(self.amount(amount) for amount in lying),
        )

    def periods(self) -> list[PeriodRows]:
        """Return the tables of all periods: all functions together, then each function that is there in any."""
        course = self.body.course
        codes = sorted({code for period in course for code in period.functions})
        made = [PeriodRows(self._title(EVERY), tuple(self._period(p, p.phases) for p in course))]
        for code in codes if len(codes) > 1 else ():
            rows = (self._period(p, p.functions[code]) for p in course if code in p.functions)
            made.append(PeriodRows(self._title(code), tuple(rows)))
        return made

    def _period(self, period: PeriodFigures, phases: Amounts) -> tuple[str, tuple[Amount, ...]]:
        return self.text.period(period.word), self.amounts(phases)

    def _title(self, code: str) -> str:
        return function_name(self.version, code, self.text.lang) if code else self.text("body.every")

    def _line(self, phase: str) -> Markup:
        course, minor, symbol = self.body.course, self.version.country.minor_units, self.version.country.symbol
        known = [amount for period in course if (amount := period.phases[phase]) is not None]
        dots = [
            Dot(int(p.month[:4]), int(p.month[5:]), p.phases[phase], f"{self.text.period(p.word)}: {said}")
            for p in course
            for said in [self.text.money(p.phases[phase] or 0, minor, symbol)]
        ]
        return (
            sparkline(dots, float(max(known, default=0)), adds_up=phase in _ADDING_UP) if len(known) > 1 else Markup()
        )

    def _share(self, share: float | None) -> str:
        return UNKNOWN if share is None else self.text.percent(share, decimals=2 if 0 < share < 1 else 1)

    def _change(self, amount: int | None, before: int | None) -> str:
        if amount is None or before is None or before <= 0:
            return UNKNOWN
        return self.text.percent(100 * (amount - before) / before, is_change=True)

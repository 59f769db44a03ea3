"""What is found while a file is read: the first thousand of each kind by place, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from geo.core.errors import MOST_FAULTS, Fault
from geo.profiles.laws import JUDGEMENTS


class Findings:
    """Faults and warnings of one file, of bounded size however wrong the file is."""

    def __init__(self, file: str, sheet: str, accepted: frozenset[str]) -> None:
        """Begin with nothing found; `accepted` judgements become warnings."""
        self.file, self.sheet = file, sheet
        self.accepted = accepted & JUDGEMENTS
        self._kept: list[Fault] = []
        self._counts: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        """Keep a fault or warning of this file."""
        self._counts[fault.code] += 1
        if self._counts[fault.code] <= MOST_FAULTS:
            self._kept.append(replace(fault, file=self.file, sheet=self.sheet))

    def count(self, code: str, more: int) -> None:
        """Count faults that are not named one by one."""
        if more:
            self._counts[code] += more

    def add_each(self, places: Sequence[int], fault_at: Callable[[int], Fault]) -> None:
        """Keep the faults of the first thousand places and count the others; all are of one code."""
        for place in places[:MOST_FAULTS]:
            self.add(fault_at(place))
        if len(places) > MOST_FAULTS:
            self.count(fault_at(places[-1]).code, len(places) - MOST_FAULTS)

    def take(self, faults: Iterable[Fault]) -> None:
        """Keep faults that know their place already."""
        for fault in faults:
            self._counts[fault.code] += 1
            self._kept.append(fault)

    @property
    def are_fatal(self) -> bool:
        """Tell whether the file is refused by now."""
        return any(self._refuses(code) for code in self._counts)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what refuses the file, by place."""
        rest = [*self._uncounted(refusing=True)]
        return tuple(sorted([f for f in self._kept if self._refuses(f.code)] + rest))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Return what is only told, judgements that were accepted among it."""
        rest = [*self._uncounted(refusing=False)]
        return tuple(sorted([f for f in self._kept if not self._refuses(f.code)] + rest))

    def _refuses(self, code: str) -> bool:
        return not code.startswith("W-") and code not in self.accepted

    def _uncounted(self, refusing: bool) -> Iterator[Fault]:
        kept = Counter(fault.code for fault in self._kept)
        for code, count in self._counts.items():
            if count > kept[code] and self._refuses(code) == refusing:
                rest = {"count": str(count - kept[code])}
                kind = "E-PROF-11" if refusing else "W-PROF-02"
                yield Fault(self.file, 0, "", kind, code, rest, self.sheet)

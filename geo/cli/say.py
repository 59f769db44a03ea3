"""What the command says: plain lines or one JSON value, progress on a terminal, faults with place and remedy."""

from __future__ import annotations

import json
import os
import select
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from geo.core import errors, saying
from geo.core.model import LANGUAGES
from geo.core.settings import Settings
from geo.core.text import Text, text_of

_EXITS: dict[type[errors.BudgetMapError], int] = {
    errors.SomebodyElsePublishes: 3,
    errors.NothingToRollBack: 3,
    errors.CannotWrite: 4,
    errors.CannotRead: 4,
    errors.DamagedTokens: 4,
    errors.MissingPart: 4,
    errors.PortTaken: 4,
    errors.DamagedVersion: 4,
    errors.NewerFormat: 4,
    errors.SomebodyElseImports: 3,
    errors.SomebodyElseFreezes: 3,
    errors.DamagedLedger: 4,
    errors.NewerLedger: 4,
    errors.HomeTaken: 3,
    errors.NotABackup: 2,
}
EXIT_INPUT, EXIT_OWN_FAULT = 2, 1


@dataclass(frozen=True)
class Speaker:
    """How one run of the command talks: in a language, to a person or to a program."""

    settings: Settings
    as_json: bool

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Speaker:
        """Return a speaker for an error that happened before or outside a command."""
        words = list(arguments)
        asked = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--lang"]
        lang = (asked or [os.environ.get("BUDGETMAP_LANGUAGE", "en")])[0]
        return cls(Settings(language=lang if lang in LANGUAGES else "en"), "--json" in words)

    @property
    def text(self) -> Text:
        """Return the words of the language; English for one that is not spoken."""
        return text_of(self.settings.language if self.settings.language in LANGUAGES else "en")

    def line(self, key: str, **values: object) -> None:
        """Say a message to a person; a program hears only the result."""
        self.plain(self.text(key, **values))

    def plain(self, text: str) -> None:
        """Say a line to a person."""
        if not self.as_json:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def result(self, value: Any) -> None:
        """Give a program its one JSON value."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")
            sys.stdout.flush()

    def warning(self, fault: errors.Fault) -> None:
        """Say on standard error what does not refuse; a program finds it in the report."""
        if not self.as_json:
            sys.stderr.write(f"{fault_line(fault, self.text)}\n")

    def confirms(self, key: str) -> bool:
        """Ask a person and return whether the answer is yes; nobody to ask means no."""
        # An answer that was piped in is one; waiting for one that nobody will give is not.
        if self.as_json or not (sys.stdin.isatty() or select.select([sys.stdin], [], [], 0)[0]):
            return False
        sys.stdout.write(f"{self.text(key)} ")
        sys.stdout.flush()
        return sys.stdin.readline().strip().casefold() in self.text("cli.yes_words").split()

    @contextmanager
    def progress(self, steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
        """Yield a function that is told each step as it begins: a bar on a terminal, else a line each."""
        if self.as_json or not sys.stdout.isatty():
            done: list[str] = []

            def say(step: str) -> None:
                done.append(step)
                self.plain(f"{len(done)}/{len(steps)} {self.text(f'step.{step}')}")

            yield say
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
        with Progress(*columns, TimeElapsedColumn()) as bar:
            task = bar.add_task("", total=len(steps))

            def show(step: str) -> None:
                bar.update(task, completed=steps.index(step), description=self.text(f"step.{step}"))

            yield show
            bar.update(task, completed=len(steps))

    @contextmanager
    def counter(self) -> Iterator[Callable[[int, int], None]]:
        """Yield a function that is told (done, of) while many pages are written: a bar, or a line for each tenth."""
        if self.as_json or not sys.stdout.isatty():

            def say(done: int, of: int) -> None:
                if done % max(1, of // 10) == 0:
                    self.line("cli.freezing", done=done, total=of)

            yield say
            return
        from rich.progress import Progress

        with Progress() as bar:
            task = bar.add_task(self.text("step.freeze"), total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)

    def failure(self, error: BaseException) -> int:
        """Say an error on standard error (or as JSON) and return the exit code."""
        if not isinstance(error, errors.BudgetMapError):
            if os.environ.get("BUDGETMAP_TRACEBACK"):
                traceback.print_exception(error)
            error = _foreseen(error)
        faults = getattr(error, "faults", ())
        if self.as_json:
            said = {"code": error.code, "message": sentence(error.code, error.values, self.text)}
            listed = [{**asdict(fault), "message": fault_line(fault, self.text)} for fault in faults]
            sys.stdout.write(json.dumps({"error": {**said, "faults": listed}}, ensure_ascii=False, indent=2) + "\n")
        else:
            for fault, same in saying.folded(faults):
                more = f" {self.text('cli.same', count=len(same))}" if same else ""
                sys.stderr.write(f"{fault_line(fault, self.text)}{more}\n")
            sys.stderr.write(f"{error.code}: {sentence(error.code, error.values, self.text)}\n")
        return exit_code(error)


def _foreseen(error: BaseException) -> errors.BudgetMapError:
    """Return what the disk refused where nobody foresaw it, by its path; all else is a fault of ours."""
    if isinstance(error, OSError) and error.filename is not None:
        return errors.CannotRead(path=error.filename, reason=error.strerror or error)
    return errors.OwnFault(kind=type(error).__name__)


def exit_code(error: errors.BudgetMapError) -> int:
    """Return the exit code of an error by the table of docs/errors.md."""
    if isinstance(error, errors.OwnFault):
        return EXIT_OWN_FAULT
    return _EXITS.get(type(error), EXIT_INPUT)


def fault_line(fault: errors.Fault, text: Text) -> str:
    """Return code, place, reason and remedy in one line."""
    place = ", ".join(filter(None, (fault.file, saying.place(fault, text))))
    return f"{fault.code} {place}: {saying.what(fault, text)} {saying.remedy(fault, text)}"


def sentence(code: str, values: Mapping[str, str], text: Text) -> str:
    """Return what is wrong and what to do, of an error that is no fault of a file."""
    return f"{text(f'{code}.what', **values)} {text(f'{code}.do', **values)}"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)

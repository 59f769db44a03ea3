"""Take the power away between any two things that an act does to the disk, and see what is there afterwards.

    python -m scripts.proofs.power [--only publish,ingest] [--most 400]

What was not waited for may be lost, name by name and content by content: of each moment the folder is made anew without
it, with all of it, with the names alone, and with and without the names of each single folder. Readers must then be
answered as before or as after; when the act has said that it is done, as after. Doing it again needs no hand.
"""

from __future__ import annotations

import argparse
import pickle
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geo.core.settings import Settings
from geo.keeping.home_files import MADE_AGAIN
from scripts.proofs.doing import Act
from scripts.proofs.dying import Play, broken_laws, child, plays, told_in
from scripts.proofs.proving import proving
from scripts.proofs.recording import ROOT, Entries, Moment, Recording

Tree = dict[str, bytes | None]  # path → content, None for a folder


@dataclass(frozen=True)
class State:
    """A folder as it may be found when the power is back."""

    says: str
    tree: Tree
    is_told: bool  # the act had said that it was done

    @property
    def key(self) -> tuple[object, ...]:
        """Return what makes a difference to whoever opens it: what nobody reads is left out."""
        read = {path: content for path, content in self.tree.items() if not _is_aside(path)}
        return (self.is_told, *sorted(read.items(), key=lambda row: row[0]))


def recorded(act: Act, settings: Settings) -> list[Moment]:
    """Return every moment of an act in a home, which nobody disturbs."""
    told = settings.home.with_suffix(".moments")
    if code := child(_recording(act, told), settings):
        raise SystemExit(f"it cannot be recorded: {code}")
    moments: list[Moment] = pickle.loads(told.read_bytes())
    last = moments[-1]
    if tree(last.seen, last.contents) != _found(settings.home):
        raise SystemExit("something was written that was not recorded")
    return moments


def _recording(act: Act, told: Path) -> Act:
    def records(now: Settings) -> None:
        recording = Recording(now.home)
        recording.begin()
        act(now)
        recording.end()
        told.write_bytes(pickle.dumps(recording.moments))

    return records


def states(moments: list[Moment], *, is_short: bool) -> Iterator[State]:
    """Yield every state that the power may leave, each once; a short run leaves out what differs in leftovers alone."""
    known = set()
    for number, moment in enumerate(moments):
        for says, entries, contents in _left(moment):
            is_told = number == len(moments) - 1
            state = State(f"{number} ({moment.call}), {says}", tree(entries, contents), is_told)
            key = state.key if is_short else (is_told, *sorted(state.tree.items(), key=lambda row: row[0]))
            if key not in known:
                known.add(key)
                yield state


def _left(moment: Moment) -> Iterator[tuple[str, Entries, Mapping[int, bytes]]]:
    """Yield what may be left of a moment: names of each folder, contents of each file."""
    seen, held = moment.seen, moment.held
    half = {number: _half(moment, number) for number in moment.contents}
    durable = {number: moment.durable.get(number, b"") for number in moment.contents}
    yield "all is lost", held, durable
    yield "nothing is lost", seen, moment.contents
    yield "names without contents", seen, durable
    yield "half of the contents", seen, half
    for number in [number for number in seen if seen[number] != held.get(number, {})]:
        yield f"names of {number} alone", {**held, number: seen[number]}, durable
        yield f"all but names of {number}", {**seen, number: held.get(number, {})}, durable


def _half(moment: Moment, number: int) -> bytes:
    content = moment.contents[number]
    return content if content == moment.durable.get(number) else content[: len(content) // 2]


def tree(entries: Entries, contents: Mapping[int, bytes], number: int = ROOT, path: str = "") -> Tree:
    """Return path → content of what can be reached from the folder itself; what has lost its name is not there."""
    found: Tree = {}
    for name, inner in entries.get(number, {}).items():
        found[f"{path}{name}"] = contents.get(inner)
        if inner not in contents:
            found |= tree(entries, contents, inner, f"{path}{name}/")
    return found


def made(state: State, folder: Path) -> Path:
    """Return a folder made as it is found in a state."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in state.tree.items():
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)
    return folder


def lost(play: Play, state: State, folder: Path) -> list[str]:
    """Return what is lost in a state, or is neither as before nor as after."""
    now = told_in(replace(play.doing.settings, home=made(state, folder / "found")))
    if now == play.after:
        return []
    if state.is_told:
        return [f"{play.name}, {state.says}: it was said to be done, and it is not"]
    are_whole = now.answers in {play.before.answers, play.after.answers}
    is_whole = now.ledgers in {play.before.ledgers, play.after.ledgers}
    if are_whole and is_whole:
        return []
    return [f"{play.name}, {state.says}: answers or ledger are neither those before nor those after"]


def broken(play: Play, state: State, folder: Path) -> list[str]:
    """Return the laws that do not hold in a state; the act is done again there."""
    gone = lost(play, state, folder)
    wrong = broken_laws(play, replace(play.doing.settings, home=folder / "found"))
    return gone + [f"{play.name}, {state.says}: {law}" for law in wrong]


def _is_aside(path: str) -> bool:
    """Tell whether nobody reads what lies there: leftovers, locks, what is made again."""
    parts = path.split("/")
    return parts[0] in MADE_AGAIN or parts[-1].endswith(".lock") or any(part.startswith(".") for part in parts)


def _found(folder: Path) -> Tree:
    inside = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: None if path.is_dir() else path.read_bytes() for name, path in inside.items()}


def main() -> None:
    """Print a row for each act; exit code 1 where a law is broken."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", default="")
    words.add_argument("--most", type=int, default=10_000, help="States of an act, spread over all.")
    words.add_argument("--short", action="store_true", help="Leave out states that differ in leftovers alone.")
    asked = words.parse_args()
    with proving() as (folder, wrong):
        print(f"{'act':<12}{'moments':>9}{'states':>8}{'tried':>7}{'broken':>8}")
        for play in plays(folder, asked.only.split(",") if asked.only else ()):
            moments = recorded(play.doing.act, play.opened(folder / "recorded"))
            every = [*states(moments, is_short=asked.short)]
            told, rest = [one for one in every if one.is_told], [one for one in every if not one.is_told]
            chosen = rest[:: max(1, -(-len(rest) // asked.most))] + told
            found = [law for state in chosen for law in broken(play, state, folder)]
            wrong.extend(found)
            print(f"{play.name:<12}{len(moments):>9}{len(every):>8}{len(chosen):>7}{len(found):>8}", flush=True)


if __name__ == "__main__":
    main()

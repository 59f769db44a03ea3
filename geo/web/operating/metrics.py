"""What the service says of itself to Prometheus (text format 0.0.4); every series is of a list fixed at the start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from geo.core.errors import BudgetMapError
from geo.web.operating.counted import BUCKETS_MS, GAUGES, Sums
from geo.web.site import Site

MEDIA_TYPE = "text/plain; version=0.0.4"
_EVENTS = {
    "overloaded": "Answers refused with 503 because too many were being made.",
    "limited": "Answers refused with 429 because one network had asked for too many dear ones.",
    "errors": "Answers with a status of 500 and more, refusals of an overload left out.",
}
_GAUGES = {
    "in_flight": "Answers being made now.",
    "versions_open": "Versions that serving processes keep open.",
    "answers_kept": "Finished answers in memory.",
    "answers_kept_bytes": "Bytes of finished answers in memory.",
    "resident_bytes": "Memory of all serving processes together.",
}
Row = tuple[str, dict[str, str], float]


def exposition(site: Site, sums: Sums, now: datetime) -> str:
    """Return every metric; what cannot be told of a damaged version is left out, and its country is not ready."""
    lines: list[str] = []
    for name, kind, says, rows in (*_of_answers(sums), *_of_processes(sums), *_of_figures(site, now), *_of_disk(site)):
        lines += (f"# HELP budgetmap_{name} {says}", f"# TYPE budgetmap_{name} {kind}")
        lines += (f"budgetmap_{name}{suffix}{_labels(labels)} {value:.15g}" for suffix, labels, value in rows)
    return "\n".join(lines) + "\n"


def _of_answers(sums: Sums) -> Iterator[tuple[str, str, str, list[Row]]]:
    counts: list[Row] = []
    durations: list[Row] = []
    sizes: list[Row] = []
    for route, statuses, buckets, microseconds, length in sums.requests():
        counts += (("", {"route": route, "status": status}, n) for status, n in statuses.items())
        reached = 0
        for bound, count in zip((*BUCKETS_MS, float("inf")), buckets, strict=True):
            reached += count
            below = "+Inf" if bound == float("inf") else f"{bound / 1000:g}"
            durations.append(("_bucket", {"route": route, "le": below}, reached))
        durations += [("_sum", {"route": route}, microseconds / 1e6), ("_count", {"route": route}, reached)]
        sizes.append(("", {"route": route}, length))
    yield "requests_total", "counter", "Answers by template of the address and status.", counts
    yield "request_duration_seconds", "histogram", "Time until an answer left the application.", durations
    yield "response_bytes_total", "counter", "Bytes of answers.", sizes


def _of_processes(sums: Sums) -> Iterator[tuple[str, str, str, list[Row]]]:
    for name, says in _EVENTS.items():
        yield f"{name}_total", "counter", says, [("", {}, sums.event(name))]
    for name in GAUGES:
        yield name, "gauge", _GAUGES[name], [("", {}, sums.gauge(name))]
    yield "processes", "gauge", "Serving processes alive.", [("", {}, sums.alive)]
    ended = "Serving processes that have ended since the start of the service."
    yield "processes_ended_total", "counter", ended, [("", {}, sums.ended)]


def _of_figures(site: Site, now: datetime) -> Iterator[tuple[str, str, str, list[Row]]]:
    sequence: list[Row] = []
    published: list[Row] = []
    latest: list[Row] = []
    info: list[Row] = []
    ready: list[Row] = []
    for country in site.home.countries():
        of = {"country": country}
        try:
            row, version = site.home.publication(country), site.current(country)
        except BudgetMapError:
            ready.append(("", of, 0))
            continue
        ready.append(("", of, 1))
        info.append(("", {**of, "version": row.id}, 1))
        sequence.append(("", of, row.sequence))
        published.append(("", of, (now - _moment(row.at)).total_seconds()))
        latest.append(("", of, (now - _end_of(max(version.periods))).total_seconds()))
    yield "ready", "gauge", "Whether a country's version in force is whole.", ready
    yield "version_info", "gauge", "The version in force.", info
    yield "version_sequence", "gauge", "The sequence number of the publication in force.", sequence
    yield "publication_age_seconds", "gauge", "Time since the version in force was published.", published
    yield "data_age_seconds", "gauge", "Time since the end of the last month with figures.", latest


def _of_disk(site: Site) -> Iterator[tuple[str, str, str, list[Row]]]:
    try:
        disk = os.statvfs(site.settings.home)
    except OSError:
        return
    yield "disk_free_bytes", "gauge", "Space left for versions.", [("", {}, disk.f_bavail * disk.f_frsize)]
    yield "disk_size_bytes", "gauge", "Space of the disk of versions.", [("", {}, disk.f_blocks * disk.f_frsize)]


def _labels(labels: dict[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at.replace("Z", "+00:00"))


def _end_of(period: str) -> datetime:
    """Return the first moment after a month."""
    year, month = int(period[:4]), int(period[5:7] or "12")
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)

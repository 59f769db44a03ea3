"""Laws of the ledger: whatever arrives, in whatever order and however often, what counts is what was said last."""

import hashlib
from dataclasses import replace
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from geo.core.delivery import Delivery
from geo.core.errors import BadData, Fault, UnknownDelivery
from geo.core.files import digest, to_json
from geo.core.model import TABLES
from geo.ledger import Incoming, Ledger, Signed

NOON = Signed("2025-04-01T12:00:00Z", "operator", "first import")
SOURCE = "portal.example"
JANUARY, FEBRUARY = "2024-01", "2024-02"


def table(folder, name, rows):
    """Write rows as a table of core.model, entries with report and unit_id beside."""
    frame = pd.DataFrame(rows, columns=[*TABLES[name], *(["report", "unit_id"] if name == "entries" else [])])
    path = folder / f"{name}.parquet"
    kinds = {key: column.dtype for key, column in TABLES[name].items()}
    frame.astype({key: kinds.get(key, "str") for key in frame.columns}).to_parquet(path)
    return path


def delivered(folder, reports, *, text="", source=SOURCE, revision=0, totals=()):
    """Return (delivery, its original): reports are {(unit, period): {function: amount}}."""
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / "figures.csv"
    original.write_text(text or repr(reports), encoding="utf-8")
    entries, claims, bodies = [], [], {}
    for (unit, period), amounts in reports.items():
        body, report = f"{unit}-budget", f"{unit}/{period}"
        for function, amount in amounts.items():
            entries.append([body, period, function, "executed", amount, "figures.csv", len(entries) + 2, report, unit])
        claims.append([report, unit, period, len(amounts), digest(to_json(sorted(amounts.items())))])
        bodies[body] = [body, "", "budget", "", unit, "", unit, "region", False, False, "", float("nan"), float("nan")]
    tables = {
        "entries": table(folder, "entries", entries),
        "bodies": table(folder, "bodies", list(bodies.values())),
        "reports": table(folder, "reports", claims),
        "published": table(folder, "published", [[*row, "portal"] for row in totals]),
    }
    sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
    made = Delivery("figures", source, "p", "d1", "figures.csv", sha256, revision, 1, 1, {}, tables, pd.DataFrame())
    return made, original


def said(ledger):
    """Return what counts: (source's report, function) → amount."""
    rows = ledger.in_force().batches("entries")
    frames = [batch.to_pandas() for batch in rows]
    return {
        (row.source, row.unit_id, row.period, row.function): row.amount_minor
        for frame in frames
        for row in frame.itertuples()
    }


def flat(reports, source=SOURCE):
    """Return reports in the form of `said`."""
    return {(source, *key, function): amount for key, rows in reports.items() for function, amount in rows.items()}


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger" / "zz")


@pytest.fixture
def bring(ledger, tmp_path):
    """Return a function that imports reports and tells (record, is_new)."""
    count = iter(range(1000))

    def act(reports, **how):
        made, original = delivered(tmp_path / f"in{next(count)}", reports, **how)
        return ledger.add(made, original, NOON, {"rows_read": 1})

    return act


def test_the_same_file_twice_changes_nothing(ledger, bring):
    """The second import gives the same record and does not even touch the index."""
    reports = {("10", JANUARY): {"01": 5, "02": 7}}
    first, is_new = bring(reports)
    stat = (ledger.folder / "ledger.json").stat()
    again, is_new_again = bring(reports)
    after = (ledger.folder / "ledger.json").stat()

    assert (True, False) == (is_new, is_new_again)
    assert first == again
    assert (first,) == ledger.records()
    assert (stat.st_mtime_ns, stat.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert flat(reports) == said(ledger)


def test_other_bytes_that_say_the_same_change_nothing(ledger, bring):
    """Another column order, another file name: the figures in force are these already."""
    reports = {("10", JANUARY): {"01": 5}, ("20", JANUARY): {"01": 6}}
    first, _ = bring(reports)
    same, is_new = bring(reports, text="the same, written otherwise")
    part, part_is_new = bring({("20", JANUARY): {"01": 6}}, text="a part of it")

    assert (first, False) == (same, is_new)
    assert (first, False) == (part, part_is_new)
    assert 1 == len(ledger.records())


def test_same_figures_with_another_total_line_are_news(ledger, bring):
    """What stands beside the entries counts as well."""
    reports = {("10", JANUARY): {"01": 5}}
    bring(reports, totals=[("10", JANUARY, "executed", 5)])
    _, is_new = bring(reports, text="b", totals=[("10", JANUARY, "executed", 6)])

    assert is_new
    assert [6] == ledger.table_in_force("published")["amount_minor"].tolist()


def test_a_correction_replaces_a_report_whole(ledger, bring):
    """A line that vanished in the correction vanishes; other reports of the first file stay."""
    bring({("10", JANUARY): {"01": 5, "02": 7}, ("20", JANUARY): {"01": 6}})
    bring({("10", JANUARY): {"01": 50}})

    assert flat({("10", JANUARY): {"01": 50}, ("20", JANUARY): {"01": 6}}) == said(ledger)
    assert [1, 2] == [row.revision for row in ledger.records()]
    assert {"10-budget", "20-budget"} == set(ledger.table_in_force("bodies")["body_id"])


def test_an_older_revision_that_arrives_later_does_not_count(ledger, bring):
    """Mail may arrive late; the number on it decides."""
    bring({("10", JANUARY): {"01": 3}}, revision=3)
    bring({("10", JANUARY): {"01": 2}}, revision=2)

    assert flat({("10", JANUARY): {"01": 3}}) == said(ledger)


def test_a_higher_revision_without_news_outranks_what_comes_in_between(ledger, bring):
    """Revision 3 confirmed revision 1, so a late revision 2 is out."""
    bring({("10", JANUARY): {"01": 1}}, revision=1)
    _, is_new = bring({("10", JANUARY): {"01": 1}}, revision=3, text="confirmed")
    bring({("10", JANUARY): {"01": 2}}, revision=2)

    assert is_new
    assert flat({("10", JANUARY): {"01": 1}}) == said(ledger)


def test_a_withdrawn_delivery_gives_way_to_the_one_before(ledger, bring):
    """Withdrawing removes no file; the same file may be delivered again and counts again."""
    bring({("10", JANUARY): {"01": 1}})
    wrong, _ = bring({("10", JANUARY): {"01": 1000}})
    gone = ledger.withdraw(wrong.id, replace(NOON, note="thousand times too much"))
    after = said(ledger)
    back, is_new = bring({("10", JANUARY): {"01": 1000}})

    assert flat({("10", JANUARY): {"01": 1}}) == after
    assert 3 == gone.withdrawn_by == ledger.withdraw(wrong.id, NOON).withdrawn_by
    assert "thousand times too much" == ledger.withdrawals()[0].note
    assert is_new
    assert back.id not in {row.id for row in ledger.records()[:2]}
    assert flat({("10", JANUARY): {"01": 1000}}) == said(ledger)
    assert 3 * (1 + 4) == ledger.verify()


def test_an_unknown_id_is_told_with_the_known_ones(ledger, bring):
    """Whoever mistypes sees what there is."""
    record, _ = bring({("10", JANUARY): {"01": 1}})
    with pytest.raises(UnknownDelivery) as error:
        ledger.withdraw("nothing", NOON)

    assert {"id": "nothing", "known": record.id} == error.value.values


def test_a_delivery_with_faults_never_enters(ledger, tmp_path):
    """The last door: nothing is stored of what was refused."""
    made, original = delivered(tmp_path / "in", {("10", JANUARY): {"01": 1}})
    with pytest.raises(BadData):
        ledger.add(replace(made, faults=(Fault("figures.csv", 2, "", "E-CSV-14"),)), original, NOON, {})

    assert not ledger.folder.exists()


def test_an_original_that_changed_since_it_was_read_is_refused(ledger, tmp_path):
    """What is kept is what the figures were read from."""
    made, original = delivered(tmp_path / "in", {("10", JANUARY): {"01": 1}})
    original.write_text("changed", encoding="utf-8")
    with pytest.raises(BadData) as error:
        ledger.add(made, original, NOON, {})

    assert ["E-UP-06"] == [fault.code for fault in error.value.faults]
    assert () == ledger.records()


def test_two_sources_of_one_month_are_both_in_force_and_told(ledger, bring):
    """The ledger does not choose between publishers; who builds does."""
    bring({("10", JANUARY): {"01": 1, "02": 2}}, source="a")
    bring({("10", JANUARY): {"01": 5}, ("10", FEBRUARY): {"01": 6}}, source="b")
    found = ledger.sources_by_unit_period().to_dict("split")["data"]
    reports = ledger.reports_in_force()
    only_b = ledger.in_force().entries(reports[reports["source"] == "b"])

    assert [["10", JANUARY, "a", 1, 2], ["10", JANUARY, "b", 1, 1], ["10", FEBRUARY, "b", 1, 1]] == found
    assert 11 == only_b["amount_minor"].sum()


def test_borders_are_replaced_by_key_and_bodies_by_row(ledger, tmp_path):
    """A later file of the same borders counts; a later register replaces the bodies it names."""
    paths = [tmp_path / f"{name}.geojson" for name in ("a", "b")]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
        incoming = Incoming("borders", "geo", path, {"units.geojson": path}, key="2022-06-08/district")
        ledger.add_files(incoming, NOON, {})
    for name in ("x", "y"):
        folder = tmp_path / name
        made, original = delivered(folder, {(name, JANUARY): {"01": 1}, ("z", JANUARY): {"01": 1}})
        ledger.add_files(Incoming("bodies", "register", original, {"bodies.parquet": made.tables["bodies"]}), NOON, {})

    assert ["b.geojson"] == [row.original["name"] for row in ledger.records_in_force("borders")]
    assert ["x-budget", "y-budget", "z-budget"] == ledger.table_in_force("bodies")["body_id"].tolist()


def test_an_empty_ledger_answers_with_empty_tables(ledger):
    """Nothing delivered is no error and makes no folder."""
    frames = [ledger.table_in_force(name) for name in ("entries", "bodies", "published", "revenue", "reports")]

    assert [0] * 5 == [len(frame) for frame in frames]
    assert list(TABLES["entries"]) == list(frames[0].columns)
    assert ([], 0, 0) == (ledger.digests(), len(ledger.reports_in_force()), len(ledger.sources_by_unit_period()))
    assert not ledger.folder.exists()


REPORTS = st.dictionaries(
    st.tuples(st.sampled_from(["10", "20"]), st.sampled_from([JANUARY, FEBRUARY])),
    st.dictionaries(st.sampled_from(["01", "02", "03"]), st.integers(-9, 10**15), min_size=1),
    min_size=1,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(REPORTS, min_size=2, max_size=3), data=st.data())
def test_the_order_of_arrival_makes_no_difference(tmp_path_factory, batch, data):
    """With revisions given, every order and three replays end in the same figures and the same digests."""
    folder = tmp_path_factory.mktemp("orders")
    files = [delivered(folder / f"in{n}", reports, revision=n + 1) for n, reports in enumerate(batch)]
    ends = []
    for number, order in enumerate(permutations(files)):
        ledger = Ledger(folder / f"ledger{number}")
        for made, original in [*order, *data.draw(st.permutations(files)), *order]:
            ledger.add(made, original, NOON, {})
        ends.append((said(ledger), ledger.digests(), ledger.entries_in_force().to_csv()))
    expected = {key: rows for reports in batch for key, rows in reports.items()}

    assert flat(expected) == ends[0][0]
    assert [ends[0]] * len(ends) == ends


class AnyHistory(RuleBasedStateMachine):
    """A ledger beside a dict: deliver, deliver again, withdraw; sums and lines in force are those of the dict."""

    folders = None

    @initialize()
    def begin(self):
        """Start with nothing."""
        self.folder = next(self.folders)
        self.ledger, self.sent = Ledger(self.folder / "ledger"), []

    @rule(reports=REPORTS, revision=st.integers(1, 4))
    def deliver(self, reports, revision):
        """Deliver with a revision of its own."""
        made, original = delivered(self.folder / f"in{len(self.sent)}", reports, revision=revision)
        self.sent.append([made, original, reports, self.ledger.add(made, original, NOON, {})[0].id])

    @rule(data=st.data())
    def repeat(self, data):
        """Deliver something again, which is news only where it was withdrawn."""
        if self.sent:
            made, original, reports, _ = data.draw(st.sampled_from(self.sent))
            record, is_new = self.ledger.add(made, original, NOON, {})
            if is_new:
                self.sent.append([made, original, reports, record.id])

    @rule(data=st.data())
    def withdraw(self, data):
        """Withdraw something."""
        if self.sent:
            self.ledger.withdraw(data.draw(st.sampled_from(self.sent))[3], NOON)

    @invariant()
    def what_counts_is_what_was_said_last(self):
        """Highest revision, then latest; withdrawn ones are out; sums are conserved."""
        if not hasattr(self, "ledger"):
            return
        records = {row.id: row for row in self.ledger.records()}
        counted = [(records[row[3]], row[2]) for row in self.sent if not records[row[3]].withdrawn_by]
        said_last = {}
        for _, reports in sorted(counted, key=lambda pair: (pair[0].revision, pair[0].sequence)):
            said_last |= reports
        assert flat(said_last) == said(self.ledger)
        total = sum(amount for rows in said_last.values() for amount in rows.values())
        assert total == self.ledger.entries_in_force()["amount_minor"].sum()
        assert len(said_last) == len(self.ledger.reports_in_force())


def test_any_history_ends_as_its_model(tmp_path_factory):
    """A stateful test against a dict."""
    AnyHistory.folders = (tmp_path_factory.mktemp("history") for _ in range(10**6))
    run_state_machine_as_test(AnyHistory, settings=settings(max_examples=15, stateful_step_count=8, deadline=None))

    assert next(AnyHistory.folders).exists()

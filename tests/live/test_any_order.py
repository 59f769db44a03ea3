"""Late, duplicate, reordered, corrected and withdrawn batches, in any order, end in the same totals."""

from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from geo.core.country import ID
from geo.ledger import Incoming, Ledger, Signed
from geo.ledger.feed import RECORDS

LINES = [("b1", "2024-06", "01"), ("b2", "2024-06", "01"), ("b1", "2024-12", "02")]
RECORD = st.tuples(st.sampled_from("xyz"), st.integers(1, 4))
SAID = st.one_of(st.none(), st.tuples(st.sampled_from(LINES), st.integers(-5, 5)))


class Feeding(RuleBasedStateMachine):
    """A ledger beside a plain dict: what was sent, without any order."""

    batches = Bundle("batches")

    def __init__(self):
        """Begin with an empty ledger."""
        super().__init__()
        import tempfile

        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.ledger, self.said, self.sent, self.ids = Ledger(self.folder / "ledger"), {}, {}, {}
        self.count = 0

    @rule(target=batches, records=st.dictionaries(RECORD, SAID, min_size=1, max_size=3))
    def send(self, records):
        """A batch of new records; a revision that was said before says the same again."""
        latest = dict(sorted(records))
        content = {(n, r): self.said.setdefault((n, r), records[n, r]) for n, r in latest.items()}
        self.count += 1
        self._deliver(f"batch-{self.count}", content)
        return f"batch-{self.count}"

    @rule(target=batches, batch=batches)
    def send_again(self, batch):
        """A duplicate changes nothing."""
        before = len(self.ledger.records())
        if batch in self.sent:
            self._deliver(batch, self.sent[batch])
            assert before == len(self.ledger.records())
        return multiple()

    @rule(batch=batches)
    def withdraw(self, batch):
        """A whole batch is taken back."""
        self.ledger.withdraw(self.ids[batch], Signed("2025-01-01T00:00:00Z"))
        self.sent.pop(batch, None)

    @invariant()
    def the_ledger_is_the_dict(self):
        """What is in force follows from what was sent, whatever came first."""
        last = {}
        for content in self.sent.values():
            for (name, revision), said in content.items():
                last[name] = max(last.get(name, (0, None)), (revision, said), key=lambda pair: pair[0])
        lines = {}
        for name, (revision, said) in last.items():
            if said:
                lines[said[0]] = max(lines.get(said[0], (0, "", 0)), (revision, name, said[1]))
        found = self.ledger.in_force().feed()
        ours = zip(found["body_id"], found["period"], found["function"], found["amount_minor"], strict=True)

        assert {line: amount for line, (_, _, amount) in lines.items()} == {(b, p, f): a for b, p, f, a in ours}

    def _deliver(self, batch, content):
        assert ID.fullmatch(batch)
        rows = [
            (name, revision, said is None, *(said[0] if said else ("", "", "")), "executed", said[1] if said else 0, n)
            for n, ((name, revision), said) in enumerate(sorted(content.items()), 1)
        ]
        path = self.folder / "records.parquet"
        pd.DataFrame(rows, columns=list(RECORDS)).astype(dict(RECORDS)).to_parquet(path, index=False)
        original = self.folder / "original"
        original.write_text(batch)
        incoming = Incoming("records", "feed", original, {path.name: path}, name=f"{batch}.json", key=batch)
        record, _ = self.ledger.add_files(incoming, Signed("2025-01-01T00:00:00Z"), {"batch": batch})
        self.ids[batch], self.sent[batch] = record.id, content

    def teardown(self):
        """Remove what was written."""
        self.scratch.cleanup()


TestFeeding = Feeding.TestCase
TestFeeding.settings = settings(max_examples=8, stateful_step_count=10, deadline=None)

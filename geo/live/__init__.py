"""Live ingest: batches of records from a feed → the ledger → the version in force, within a second or so.

A process of its own beside the readers' server. A batch is taken whole or not at all, and once however often it is
sent; what readers see depends on what was sent, not on the order in which it came.
"""

from geo.live.batches import Batch
from geo.live.feeds import Applied, Feed

__all__ = ["Applied", "Batch", "Feed"]

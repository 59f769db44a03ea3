"""Maps in articles of others: the embed and what it may be asked, its fixed bytes, its notice, its size in a frame.

A live embed (`<view>/[options/]embed/`) follows the figures. A frozen one (`v/<version>/<view>/[options/]embed/`) is
written down when it is first asked for and answered from there ever after (`kept`); what has happened since is asked
for by its script (`notices`), beside the figures and never in their place.
"""

from geo.web.embeds.asked import OPTIONS, PARTS, is_framed, query
from geo.web.embeds.failing import Failure, latest, misfit
from geo.web.embeds.held import blueprint, embed, held
from geo.web.embeds.notices import withdrawals

__all__ = [
    "OPTIONS",
    "PARTS",
    "Failure",
    "blueprint",
    "embed",
    "held",
    "is_framed",
    "latest",
    "misfit",
    "query",
    "withdrawals",
]

"""The site as plain files, for any host: what it holds is planned, asked of the service itself, written and counted."""

from geo.web.frozen.folder import RECORD
from geo.web.frozen.freezing import freeze
from geo.web.frozen.plan import Plan, read_plan

__all__ = ["RECORD", "Plan", "freeze", "read_plan"]

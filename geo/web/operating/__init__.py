"""Running the service: what is counted, logged, limited and refused; how it tells that it is well, and how it stops."""

from geo.web.operating.operation import Operation

__all__ = ["Operation"]

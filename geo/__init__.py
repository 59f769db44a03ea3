"""An open budget map: where public money goes, place by place."""

__version__ = "0.1.0"

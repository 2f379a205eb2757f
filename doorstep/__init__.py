"""Doorstep (家门口): runs a multi-level, in-person training network."""

__version__ = "0.1.0"

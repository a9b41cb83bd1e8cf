"""Deskbell: the support desk behind a promise."""

__version__ = "0.1.0"

"""An explanation to be kept: as PDF/A and as a picture, made by typst without the network."""

from __future__ import annotations

from deskbell.sla.evidence.making import answer, make

__all__ = ["answer", "make"]

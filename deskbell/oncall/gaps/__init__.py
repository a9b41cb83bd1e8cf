"""Promises against the rota (G1, G2): where the SLA promises a person and the desk could reach none."""

from __future__ import annotations

from deskbell.oncall.gaps.keeping import OpensGaps, opened_by, recompute

__all__ = ["OpensGaps", "opened_by", "recompute"]

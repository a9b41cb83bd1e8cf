"""Escalation policies on screens: their steps, and which of them answers for which impact."""

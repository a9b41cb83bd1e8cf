"""Maintenance windows: planned, changed and ended by people; the desk sees to their edges."""

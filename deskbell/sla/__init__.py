"""Promises and their clocks: `core` is arithmetic alone; the room tells, it never sends."""

"""Doors for alerts: each stores the raw body first; what it says is read afterwards, by the worker."""

"""Statuspage's API v2, `summary.json`, and the many that have copied it."""

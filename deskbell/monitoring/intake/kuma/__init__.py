"""Uptime Kuma's webhook."""

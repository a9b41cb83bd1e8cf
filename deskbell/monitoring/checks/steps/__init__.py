"""Checks by a script of HTTP requests, each of which may use what an earlier one was answered."""

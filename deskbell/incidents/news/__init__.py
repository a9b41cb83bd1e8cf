"""Subscribers of the status page: who asked for news, and how each piece reaches them once, in order."""

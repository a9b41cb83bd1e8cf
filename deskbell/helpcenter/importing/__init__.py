"""Bringing articles in: a folder of Markdown, and what other help centers export."""

"""Editing coverages: each edit is checked, makes the versions that follow from it, and can be undone."""

"""Drills (E9): an alert that is none, through the public door to a real person, and how long they took."""

"""Tickets, their messages and events, and the verbs that change them. Knows no promise and no door."""

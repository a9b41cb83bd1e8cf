"""Alerts that a sender can only write by mail, to an address of their own."""

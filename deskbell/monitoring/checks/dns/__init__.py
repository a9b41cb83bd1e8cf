"""Checks of the domain name system: a name has records, and the expected ones."""

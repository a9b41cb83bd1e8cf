"""The agents' pages: a list, a ticket, what is done on it, the first run."""

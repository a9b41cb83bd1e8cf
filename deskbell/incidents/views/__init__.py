"""The team's screens of incidents. Each view says one sentence to a verb."""

"""What the team's screens of incidents need: rows, contexts, and what their browsers are told."""

"""Pages to a channel or chat of Microsoft Teams, by a workflow that takes webhooks."""

"""Pages to a channel of Slack, or of whatever else takes Slack's incoming webhooks."""

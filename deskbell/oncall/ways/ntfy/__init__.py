"""Pages by ntfy: a message to a topic, which the person's phone follows."""

"""Pages by mail, with a link whose button acknowledges."""

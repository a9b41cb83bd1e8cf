"""Live events: stored, announced at commit, streamed to who may hear them. Knows no ticket and no page."""

"""From raw bytes to a message on a ticket: reading (pure), matching, taking."""

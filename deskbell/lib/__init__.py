"""Small tools that every room may use. Not a place for anything that knows what a ticket is."""

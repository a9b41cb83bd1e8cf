"""How fast mail comes in, side by side with the server's own limit and another desk's intake."""

"""Pages in the app: an urgent notice that leads to the ticket."""

"""Pages as phone calls: a voice reads the page, and 1 acknowledges."""

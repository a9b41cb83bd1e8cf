"""Watching the watcher (E8): is everything else doing its work? If so, and only then, an outside address
is pinged; if not, the managers are written to, without the worker."""

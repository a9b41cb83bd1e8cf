"""The customers' pages: how a request stands and what was promised. It shows, and changes nothing."""

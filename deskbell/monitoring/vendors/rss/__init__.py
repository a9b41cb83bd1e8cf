"""RSS and Atom: what happened, but never how bad it is, so a person decides."""

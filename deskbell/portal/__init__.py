"""The customers' pages: their requests, and what was promised. It writes by the verbs of `tickets` alone."""

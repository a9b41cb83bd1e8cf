"""Custom fields: what a desk wants to know of its tickets beyond what Deskbell asks of all of them."""

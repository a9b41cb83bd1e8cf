"""Web push: a browser, also one on a phone, shows a message while no page of the desk is open."""

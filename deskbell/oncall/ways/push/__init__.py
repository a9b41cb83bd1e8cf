"""Pages by web push: a browser, also one on a phone, shows them while the desk is closed."""

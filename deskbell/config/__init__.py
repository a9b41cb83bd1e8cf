"""How the rooms are put together: settings, addresses and the wiring. No behavior of its own."""

"""Checks of a TCP port: it takes a connection, with TLS if wanted, and greets as expected."""

"""Checks by HTTP: status, body, JSON, headers, where redirects lead, until when the certificate is good."""

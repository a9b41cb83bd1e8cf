"""Grafana's unified alerting, and the signature that it can put on its webhooks."""

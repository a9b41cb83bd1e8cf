"""Incidents: what is broken for many, who leads, what everyone is told, and the page that shows it.

An incident joins alerts, tickets and districts; it is no ticket itself, and it watches nothing.
"""

"""Checks of a mail server by SMTP: its greeting, EHLO, STARTTLS, its certificate, signing in."""

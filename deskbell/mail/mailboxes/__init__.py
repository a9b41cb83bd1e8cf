"""Mailboxes elsewhere, read by IMAP: all side by side, each mail once, none disturbed by another."""

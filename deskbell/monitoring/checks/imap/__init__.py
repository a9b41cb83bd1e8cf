"""Checks by a mail's whole way: sent by SMTP, and found in a mailbox by IMAP."""

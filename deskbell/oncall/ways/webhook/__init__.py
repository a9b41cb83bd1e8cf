"""Pages to any address that takes signed webhooks, in the form of Standard Webhooks."""

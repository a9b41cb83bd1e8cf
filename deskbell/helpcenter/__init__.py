"""The help center: what the team has written down so that nobody has to ask, and what is still missing there.

It answers by its own pages and by search; it opens no ticket and knows no incident.
"""

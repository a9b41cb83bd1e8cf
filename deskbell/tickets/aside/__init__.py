"""Spam and the trash: tickets that are out of every list but their own, and what is erased for good."""

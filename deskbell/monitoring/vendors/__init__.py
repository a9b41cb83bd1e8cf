"""Vendors' status: what others say of what we depend on, read from their public feeds once a minute."""

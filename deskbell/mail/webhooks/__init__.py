"""Mail that a mail service brings to a secret address."""

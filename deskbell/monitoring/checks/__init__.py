"""The desk's own checks: questions asked of components again and again, by a process of their own."""

"""Policies as people edit them: what they type, what it changes, and the version that it becomes (K9)."""

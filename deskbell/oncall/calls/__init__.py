"""Calls on screens: the list, the story of one, and what an agent does about it."""

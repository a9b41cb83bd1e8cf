"""Visitors and their live conversations. Not their face: the bubble is the messenger's."""

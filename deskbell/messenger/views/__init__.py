"""The screens on which administrators set the bubble up."""

"""The sites that embed the bubble: which may, and by which keys they say who their visitors are."""

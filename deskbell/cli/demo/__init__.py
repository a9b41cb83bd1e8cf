"""A make-believe town to look at: six districts and sixty days of tickets, written by the real verbs."""

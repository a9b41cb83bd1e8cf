"""Lists and searches: which tickets a question finds for the one who asks, in which order, how many."""

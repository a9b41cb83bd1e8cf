"""Finding tickets: the language of the search box, its filters, the full text, how words are spelled."""

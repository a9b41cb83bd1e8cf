"""How a person is paged: their methods, each proven by a code, and after how many minutes."""

"""What the linters can't see about the house. Each test proves that it looked at something."""

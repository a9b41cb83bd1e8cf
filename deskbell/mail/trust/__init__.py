"""Is a mail from whom it says, and does it carry what it says? Decides nothing about tickets."""

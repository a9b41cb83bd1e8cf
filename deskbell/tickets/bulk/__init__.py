"""One change to many tickets at once, in the background: with progress, and with a way back."""

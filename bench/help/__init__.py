"""What the help center needs at many articles."""

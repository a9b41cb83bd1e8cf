"""The desk’s screens of onboardings."""

"""Any JSON: which of its values mean what is set on a screen and tried against a sample."""

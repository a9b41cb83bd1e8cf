"""Texts and calls to phones, by the provider that the operator has chosen."""

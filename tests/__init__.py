"""Tests across rooms."""

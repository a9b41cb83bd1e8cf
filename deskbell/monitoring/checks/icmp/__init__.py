"""Checks by ping (ICMP echo), where this machine allows it without special rights."""

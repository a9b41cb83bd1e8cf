"""Texts of tickets in other languages, by a service that the operator names. What an agent presses for
is sent there, and nothing else."""

"""The face for visitors: the bubble, its sessions and its live stream. Owns no noun of its own."""

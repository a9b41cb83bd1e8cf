"""Pictures of strangers, drawn anew: small, and with nothing of the file that came but what one sees."""

"""What watches and what it reports: sources, raw bodies, alerts. Opens tickets; pages nobody itself."""

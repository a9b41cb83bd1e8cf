"""What people do with alerts and where they come from: sources, tests, retries, silences."""

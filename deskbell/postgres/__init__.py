"""The embedded PostgreSQL: finds, starts, repairs and stops it; knows no Django and no tables."""

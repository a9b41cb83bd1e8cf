"""For users of Prometheus: what its blackbox exporter may probe, and the keys with which it reads here."""

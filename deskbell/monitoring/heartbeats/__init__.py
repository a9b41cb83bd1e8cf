"""Heartbeats: a job says that it ran; when it falls silent past its grace, that is an alert."""

"""The page of an alert: it tells of calls, so it stands here and not in the monitoring room."""

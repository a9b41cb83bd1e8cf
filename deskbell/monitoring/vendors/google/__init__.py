"""`incidents.json` of Google Cloud and Google Workspace."""

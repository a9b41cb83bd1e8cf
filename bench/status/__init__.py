"""What is measured of incidents and the status page."""

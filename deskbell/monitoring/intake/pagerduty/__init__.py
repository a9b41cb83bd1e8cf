"""The PagerDuty Events API v2, the door to which almost every monitor can be pointed."""

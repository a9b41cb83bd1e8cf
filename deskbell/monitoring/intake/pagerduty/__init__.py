"""The PagerDuty Events API, versions 2 and 1: the door to which almost every monitor can be pointed."""

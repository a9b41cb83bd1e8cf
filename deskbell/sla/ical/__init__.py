"""Reading the iCal calendars that schools publish. Knows no Django: a child process does the reading."""

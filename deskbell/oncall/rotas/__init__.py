"""The rota's screens: a drawn calendar, overrides, layers, swaps, absences, calendars, hand-over."""

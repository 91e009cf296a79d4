"""How files, calendars and groups are shared with outsiders."""

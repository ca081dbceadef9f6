"""German: 23. November 2026, 9:15 Uhr."""

DATE_FORMAT = "j. F Y"
TIME_FORMAT = "G:i"
DATETIME_FORMAT = r"j. F Y, G:i \U\h\r"
SHORT_DATE_FORMAT = "j.n.Y"
SHORT_DATETIME_FORMAT = r"j.n.Y, G:i \U\h\r"

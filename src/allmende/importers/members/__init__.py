"""A list of members (CSV, XLSX) moves in, with numbers, days and prices of its own."""

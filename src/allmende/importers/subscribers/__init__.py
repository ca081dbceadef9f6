"""A list of subscribers (CSV) moves in, with the proof that each one agreed."""

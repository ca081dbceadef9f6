"""A WordPress export moves in: `read` and `html` make plain values of the file, without Django."""

"""The `allmende` command's chapters, one file each.

Django is imported inside the functions, once a command really runs: help must answer at once.
"""

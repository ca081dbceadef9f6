"""Allmende: the system that a newspaper owned by its readers and its staff runs on."""

__version__ = "0.1.0"

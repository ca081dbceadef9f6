"""The books in the forms of other programs. Pure: what is booked goes in, text comes out."""

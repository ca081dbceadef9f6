"""Bank transfer: the giver sends it, with a reference by which it is found in the statement."""

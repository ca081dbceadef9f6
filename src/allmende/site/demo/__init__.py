"""The demo paper: the Auentaler Bote, an invented paper of an invented valley."""

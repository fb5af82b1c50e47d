"""Asking people, on the very line, whether it is still theirs, before the night on which it has to be."""

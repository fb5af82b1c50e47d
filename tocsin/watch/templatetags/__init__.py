"""Template tags of the pages about brands."""

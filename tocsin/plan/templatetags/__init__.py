"""Template tags of the pages of plans."""

"""Speed and quality, each a table beside its peers, measured in one run."""

"""Pages on paper: a piece of evidence as Tocsin held it, and the log of a room."""

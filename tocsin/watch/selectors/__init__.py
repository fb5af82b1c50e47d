"""Questions about brands, watches and mentions; every one is asked for watches of one organisation."""

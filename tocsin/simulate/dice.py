"""The dice: every draw comes from a seed and a name, so that any part can be written alone."""

from random import Random


def dice(seed: int, *names: str | int) -> Random:
    """Return the dice of a part of a seed's world; the same names give the same draws."""
    return Random("/".join(map(str, (seed, *names))))  # noqa: S311 - invented talk, nothing secret

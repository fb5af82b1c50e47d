"""Where consumers of the bus begin when they share the work anew."""

from collections.abc import Mapping, Sequence


def shared(before: Mapping[str, int], consumers: Sequence[str]) -> dict[str, int]:
    """Return the positions of these consumers, given those that are stored.

    One that is new begins where the hindmost of those that are no more stood: what others of them had taken
    already is known when it comes again, and nothing is left out.
    """
    gone = [sequence for name, sequence in before.items() if name not in consumers]
    return {name: before.get(name, min(gone, default=0)) for name in consumers}

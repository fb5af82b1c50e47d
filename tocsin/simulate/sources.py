"""The sources through which the simulated posts come, as `listen` would have them configured."""

from dataclasses import dataclass
from typing import Final, Literal

SourceKind = Literal["search", "page", "reviews", "feed"]


@dataclass(frozen=True, slots=True)
class SimulatedSource:
    """A source to declare.

    Attributes
    ----------
    owned : bool
        The brand's own page or its reviews: everything it brings is a mention.
    kind : str
        ``search`` (open, by keywords), ``page`` (comments under the brand's own posts),
        ``reviews`` or ``feed`` (press).
    """

    name: str
    network: str
    owned: bool
    kind: SourceKind


SOURCES: Final = (
    SimulatedSource("x-recherche", "x", owned=False, kind="search"),
    SimulatedSource("bluesky-recherche", "bluesky", owned=False, kind="search"),
    SimulatedSource("mastodon-recherche", "mastodon", owned=False, kind="search"),
    SimulatedSource("instagram-mots-dièse", "instagram", owned=False, kind="search"),
    SimulatedSource("facebook-groupes", "facebook", owned=False, kind="search"),
    SimulatedSource("facebook-page", "facebook", owned=True, kind="page"),
    SimulatedSource("instagram-compte", "instagram", owned=True, kind="page"),
    SimulatedSource("google-avis", "google", owned=True, kind="reviews"),
    SimulatedSource("trustpilot-avis", "trustpilot", owned=True, kind="reviews"),
    SimulatedSource("presse", "rss", owned=False, kind="feed"),
)

OPEN_SOURCE: Final = {source.network: source.name for source in SOURCES if not source.owned}
OWNED_SOURCE: Final = {source.network: source.name for source in SOURCES if source.owned}

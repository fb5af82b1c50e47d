"""How a brand stands, as every page says it: its vigilance, and whether anything watches it at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.alerts.coverage import Coverage, Covered, Lacking
from tocsin.alerts.models import Level
from tocsin.alerts.ranks import highest, rank
from tocsin.watch.models import Brand

UNWATCHED = "none"


def level_word(level: str) -> str:
    """Return the word of a vigilance level."""
    return {
        "green": pgettext("vigilance", "Green"),
        "yellow": pgettext("vigilance", "Yellow"),
        "orange": pgettext("vigilance", "Orange"),
        "red": pgettext("vigilance", "Red"),
    }.get(level, level)


@dataclass(frozen=True)
class Standing:
    """Vigilance beside how far it can be trusted; a colour is shown only where something watches."""

    level: str
    coverage: Coverage

    @property
    def shape(self) -> str:
        """The name of its shape and colour: a level, or none where green would mean nothing."""
        return UNWATCHED if self.unwatched else self.level

    @property
    def unwatched(self) -> bool:
        """Whether it is green only because nobody looks."""
        return self.coverage.covered == Covered.NOT and self.level == Level.GREEN

    @property
    def word(self) -> str:
        """The level in words, or that nothing is watched."""
        return _not_watched(self.coverage) if self.unwatched else level_word(self.level)

    @property
    def note(self) -> str:
        """What must be said beside the level; empty when all is watched."""
        if self.unwatched or self.coverage.covered == Covered.FULLY:
            return ""
        return _("Partly watched") if self.coverage.covered == Covered.PARTLY else _not_watched(self.coverage)


@dataclass(frozen=True)
class BrandStanding(Standing):
    """How one brand stands."""

    brand: Brand

    @property
    def step(self) -> tuple[str, str]:
        """What to do so that the brand is watched, in words, and where; two empty texts when nothing."""
        slug = self.brand.slug
        return {
            Lacking.WATCH: (_("Add a watch"), reverse("watch:new-watch", args=[slug])),
            Lacking.RUNNING_WATCH: (_("Let a watch go on"), f"{reverse('watch:watches')}#brand-{slug}"),
            Lacking.SOURCE: (_("Add a source"), reverse("listen:add")),
            Lacking.LIVING_SOURCE: (_("See the sources"), reverse("listen:list")),
        }.get(self.coverage.lacking, ("", ""))


def overall(standings: Sequence[Standing]) -> Standing:
    """Return how all brands stand together: the highest level, trusted as far as the least watched one."""
    level = highest(one.level for one in standings)
    covered = {one.coverage.covered for one in standings}
    if covered == {Covered.NOT}:
        return Standing(level, max((one.coverage for one in standings), key=lambda one: one.lacking))
    return Standing(level, Coverage(Covered.FULLY if covered <= {Covered.FULLY} else Covered.PARTLY))


def most_urgent(standings: Sequence[BrandStanding]) -> list[BrandStanding]:
    """Return the brands, the highest vigilance first."""
    return sorted(standings, key=lambda one: (-rank(one.level), one.brand.name))


def _not_watched(coverage: Coverage) -> str:
    if coverage.lacking in {Lacking.LIVING_SOURCE, Lacking.RUNNING_WATCH}:
        return _("Nothing is watched any more")
    return _("Nothing is watched yet")

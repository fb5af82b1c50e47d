"""What every page shows around its content."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django_scopes import scope

from tocsin.alerts.coverage import UNKNOWN, coverage
from tocsin.alerts.models import Alert, AlertState, Level, Vigilance
from tocsin.callout import standing as callout_standing
from tocsin.crisis.selectors import OnStrip, strip
from tocsin.listen.models import Source, SourceState
from tocsin.ui.standing import BrandStanding, Standing, overall
from tocsin.ui.trouble import troubles
from tocsin.watch.models import Brand

if TYPE_CHECKING:
    from tocsin.accounts.models import Organisation

THEMES = {"light", "dark"}
UNSETTLED = [AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED]


class Shell:
    """The rail, the strip and the banners; each part is asked for only when a template shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.theme = theme if (theme := request.COOKIES.get("theme", "")) in THEMES else ""

    @property
    def _organisation(self) -> Organisation | None:
        return getattr(self._request, "organisation", None)

    @cached_property
    def brands(self) -> list[BrandStanding]:
        """Every brand, and how it stands."""
        if not self._organisation:
            return []
        with scope(organisation=self._organisation):
            levels = dict(Vigilance.objects.values_list("brand_id", "level"))
            brands = list(Brand.objects.all())
        watched = coverage(self._organisation) if brands else {}
        return [
            BrandStanding(levels.get(brand.pk, Level.GREEN), watched.get(brand.pk, UNKNOWN), brand)
            for brand in brands
        ]

    @property
    def overall(self) -> Standing:
        """How all brands stand together."""
        return overall(self.brands)

    def standing_of(self, brand: Brand) -> BrandStanding:
        """Return how a brand stands."""
        found = (one for one in self.brands if one.brand.pk == brand.pk)
        return next(found, BrandStanding(Level.GREEN, UNKNOWN, brand))

    @cached_property
    def open_alerts(self) -> int:
        """How many alerts wait for somebody."""
        if not self._organisation:
            return 0
        with scope(organisation=self._organisation):
            return int(Alert.objects.filter(state=AlertState.OPEN, historic=False).count())

    @cached_property
    def crises(self) -> list[OnStrip]:
        """The crises that are open, the gravest first: the strip of every page shows them."""
        return strip(self._organisation) if self._organisation else []

    @cached_property
    def callouts(self) -> list[callout_standing.Standing]:
        """The call-outs that are running and have no room yet."""
        if not self._organisation:
            return []
        with scope(organisation=self._organisation):
            return callout_standing.roomless(self._organisation)

    @cached_property
    def troubles(self) -> list[str]:
        """What keeps Tocsin itself from watching, with what to do."""
        return troubles() if self._organisation else []

    @cached_property
    def dead_sources(self) -> list[Source]:
        """The sources that bring nothing any more."""
        if not self._organisation:
            return []
        with scope(organisation=self._organisation):
            return list(Source.objects.filter(state=SourceState.DEAD))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the shell to every template."""
    return {"shell": Shell(request)}

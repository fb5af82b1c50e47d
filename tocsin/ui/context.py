"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django_scopes import scope

from tocsin.alerts.models import Alert, AlertState, Level, Vigilance
from tocsin.listen.models import Source, SourceState
from tocsin.ui.templatetags.tocsin import level_word
from tocsin.watch.models import Brand

if TYPE_CHECKING:
    from tocsin.accounts.models import Organisation

THEMES = {"light", "dark"}
UNSETTLED = [AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED]


@dataclass(frozen=True)
class BrandLevel:
    """A brand and its vigilance."""

    brand: Brand
    level: str

    @property
    def word(self) -> str:
        """The level in words."""
        return level_word(self.level)


class Shell:
    """The rail, the strip and the banners; each part is asked for only when a template shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.theme = theme if (theme := request.COOKIES.get("theme", "")) in THEMES else ""

    @property
    def _organisation(self) -> Organisation | None:
        return getattr(self._request, "organisation", None)

    @cached_property
    def brands(self) -> list[BrandLevel]:
        """Every brand with its vigilance."""
        if not self._organisation:
            return []
        with scope(organisation=self._organisation):
            levels = dict(Vigilance.objects.values_list("brand_id", "level"))
            return [BrandLevel(brand, levels.get(brand.pk, Level.GREEN)) for brand in Brand.objects.all()]

    @property
    def highest_level(self) -> str:
        """The highest vigilance of all brands."""
        order = list(Level.values)
        return max((one.level for one in self.brands), key=order.index, default=Level.GREEN)

    def level_of(self, brand: Brand) -> str:
        """Return the vigilance of a brand."""
        return next((one.level for one in self.brands if one.brand.pk == brand.pk), Level.GREEN)

    @cached_property
    def open_alerts(self) -> int:
        """How many alerts wait for somebody."""
        if not self._organisation:
            return 0
        with scope(organisation=self._organisation):
            return int(Alert.objects.filter(state=AlertState.OPEN, historic=False).count())

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

"""A list of choices is the one that Django writes."""

import pytest
from django import forms

from tocsin.ui.widgets import Choices

OFFERED = [
    ("", "Toutes"),
    ("Maison <Berthier>", [("brand-berthier", "Toutes ses veilles"), ("3", 'Le "levain" & le reste')]),
    (7, "Sept"),
]


@pytest.mark.parametrize("chosen", ["", "3", "7", "nothing", None])
@pytest.mark.parametrize("attrs", [{}, {"id": "id_watch", "required": True, "disabled": False}])
def test_it_is_written_as_djangos(chosen: str | None, attrs: dict[str, object]) -> None:
    quick, own = (kind(choices=OFFERED).render("watch", chosen, attrs) for kind in (Choices, forms.Select))
    assert quick.split() == own.split()

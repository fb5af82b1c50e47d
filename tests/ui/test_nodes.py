"""Tags that remember give what Django's own give, in each language and at each address."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, path, set_script_prefix
from django.utils import translation

from tocsin.urls import urlpatterns as _own

urlpatterns = [path("autre/", lambda _request: None, name="somewhere"), *_own]  # type: ignore[arg-type, return-value]  # never called


def said(source: str, **known: object) -> str:
    return Template(source).render(Context(known))


def test_an_address_is_that_of_its_arguments() -> None:
    brand = "{% url 'watch:brand' slug %}"
    assert [said(brand, slug=slug) for slug in ("berthier", "lacaze", "berthier")] == [
        "/brands/berthier/",
        "/brands/lacaze/",
        "/brands/berthier/",
    ]
    assert said("{% url 'watch:brand' slug=slug %}", slug="berthier") == "/brands/berthier/"
    assert said("{% url 'watch:overview' as home %}[{{ home }}]") == "[/]"


def test_an_address_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        said("{% url 'watch:brand' slug %}", slug="")


@pytest.mark.urls("tests.ui.test_nodes")
def test_addresses_are_those_of_the_site_that_is_served() -> None:
    assert said("{% url 'somewhere' %}") == "/autre/"


def test_addresses_begin_where_the_site_is_mounted() -> None:
    address = Template("{% url 'watch:brand' 'berthier' %}")
    try:
        set_script_prefix("/veille/")
        mounted = address.render(Context())
    finally:
        set_script_prefix("/")
    assert [mounted, address.render(Context())] == ["/veille/brands/berthier/", "/brands/berthier/"]


def test_words_follow_the_language() -> None:
    words = Template("{% translate 'Alerts' %}")
    found = []
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            found.append(words.render(Context()))
    assert found == ["Alertes", "Alerts", "Alertes"]


def test_words_that_come_from_elsewhere_are_never_remembered() -> None:
    words = Template("{% translate word %}")
    with translation.override("en"):
        assert [words.render(Context({"word": word})) for word in ("<one>", "two")] == ["&lt;one&gt;", "two"]


def test_words_have_their_meaning() -> None:
    with translation.override("fr"):
        assert said("{% translate 'From' context 'day' %}") != "From"
        assert said("{% translate 'Alerts' as word %}{{ word }}") == "Alertes"

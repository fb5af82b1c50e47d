"""What people do with sources, imports and tokens, and what the journal says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from django_scopes import scope

from tocsin.accounts.models import Organisation, User
from tocsin.journal import selectors as journal
from tocsin.journal.verbs import display
from tocsin.listen import actions, problems, selectors
from tocsin.listen.actions import SourceUnusable
from tocsin.listen.files.exceptions import RowUnusable
from tocsin.listen.models import Source, SourceKind, SourceState, Token
from tocsin.listen.tokens import token_digest
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db


def said(organisation: Organisation) -> list[str]:
    with translation.override("en"), scope(organisation=organisation):
        return [display(entry) for entry in journal.entries(organisation)]


def test_a_feed_is_added_paused_resumed_and_removed_on_the_record(
    organisation: Organisation, ines: User
) -> None:
    source = actions.create_source(
        organisation, actor=ines, kind="feed", name="Le Courrier", address="https://courrier.example/rss#top"
    )
    assert source.address == "https://courrier.example/rss"
    assert source.next_run_at is not None
    assert actions.pause_source(source, actor=ines).state == SourceState.PAUSED
    assert actions.fetch_now(source).next_run_at is None
    assert actions.resume_source(source, actor=ines).next_run_at is not None
    actions.remove_source(source, actor=ines)
    with scope(organisation=organisation):
        assert not Source.objects.filter(pk=source.pk).exists()
    assert sorted(said(organisation)) == [
        "Inès Caron added the source Le Courrier",
        "Inès Caron paused the source Le Courrier",
        "Inès Caron removed the source Le Courrier",
        "Inès Caron resumed the source Le Courrier",
    ]


@pytest.mark.parametrize(
    "address",
    ["", "courrier.example", "ftp://courrier.example/rss", "file:///etc/passwd", "http://a:b@c.example"],
)
def test_a_feed_needs_an_address_of_the_web(organisation: Organisation, ines: User, address: str) -> None:
    with pytest.raises(SourceUnusable):
        actions.create_source(organisation, actor=ines, kind="feed", name="x", address=address)


def test_an_owned_source_needs_its_brand(organisation: Organisation, ines: User) -> None:
    with pytest.raises(SourceUnusable):
        actions.create_source(organisation, actor=ines, kind="api", name="Avis", owned=True)


def test_a_new_address_starts_from_nothing_known(source: Source, ines: User) -> None:
    source.validators = {"etag": "x", "seen": {"a": "b"}}
    source.save()
    assert actions.change_source(source, actor=ines, name="Autre nom").validators != {}
    assert actions.change_source(source, actor=ines, address="https://autre.example/rss").validators == {}


def test_a_token_is_shown_once_and_only_its_hash_is_kept(brand: Brand, ines: User) -> None:
    source = actions.create_source(brand.organisation, actor=ines, kind="api", name="Boutique", brand=brand)
    token, secret = actions.create_token(source, actor=ines, name="Caisse")
    assert token.digest == token_digest(secret)
    with scope(organisation=brand.organisation):
        assert secret not in str(Token.objects.values_list().get(pk=token.pk))
        assert selectors.tokens(brand.organisation) == [token]
    assert actions.revoke_token(token, actor=ines).revoked_at is not None


def test_tokens_are_for_sources_of_the_api(source: Source, ines: User) -> None:
    with pytest.raises(SourceUnusable):
        actions.create_token(source, actor=ines, name="x")


def test_the_same_file_with_the_same_options_goes_on_where_it_stood(
    brand: Brand, ines: User, tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("date,texte\n24/02/2015,Bonjour\n", encoding="utf-8")
    first = actions.start_import(brand, path, actor=ines)
    assert actions.start_import(brand, path, actor=ines).pk == first.pk
    assert actions.start_import(brand, path, actor=ines, columns={"text": "texte"}).pk != first.pk


def test_opening_the_page_begins_the_crisis_of_a_demonstration_only(
    organisation: Organisation, source: Source
) -> None:
    with scope(organisation=organisation):
        demo = Source.objects.create(
            organisation=organisation, kind=SourceKind.DEMO, name="x-recherche", validators={"until": "z"}
        )
    actions.page_opened(organisation)
    demo.refresh_from_db()
    source.refresh_from_db()
    opened = demo.validators["opened_at"]
    assert source.validators == {}
    actions.page_opened(organisation)
    demo.refresh_from_db()
    assert demo.validators == {"until": "z", "opened_at": opened}


@pytest.mark.parametrize("code", problems.codes())
def test_every_code_has_words_even_without_its_figures(code: str) -> None:
    assert problems.words(code, {}) not in {"", code}


def test_an_unknown_code_is_shown_rather_than_hidden() -> None:
    assert RowUnusable("odd").code in problems.words("odd")

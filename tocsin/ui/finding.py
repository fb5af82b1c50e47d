"""Finding anything by a few letters: pages, brands, watches, people, alerts, posts, things to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.alerts.selectors import unsettled
from tocsin.alerts.words import title
from tocsin.callout.selectors import running
from tocsin.crisis.selectors import open_crises
from tocsin.plan import selectors as plan_selectors
from tocsin.plan.models import Contact
from tocsin.plan.words import here
from tocsin.watch.period import LONGEST, place_at
from tocsin.watch.selectors import mentions
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.watches import watches

SHOWN = 6
LETTERS_FOR_POSTS = 3


@dataclass(frozen=True)
class Item:
    """One thing to go to, or to do."""

    text: str
    icon: str
    address: str = ""
    does: str = ""
    note: str = ""
    level: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    name: str
    items: Sequence[Item]


def find(organisation: Organisation, words: str) -> list[Group]:
    """Return what fits, by kind; without words, the pages and what can be done."""
    groups = [
        Group(_("Pages"), _fitting(_pages(), words)),
        Group(_("Brands and watches"), _fitting(_watched(organisation), words) if words else []),
        Group(_("Plans"), _fitting(_plans(organisation), words) if words else []),
        Group(_("Contacts"), _fitting(_contacts(organisation), words) if words else []),
        Group(_("Call-outs and rooms"), _fitting(_running(organisation), words)),
        Group(_("Alerts"), _fitting(_alerts(organisation), words)),
        Group(_("Posts"), _posts(organisation, words)),
        Group(_("Do"), _fitting([*_callings(organisation), *_doings()], words)),
    ]
    return [group for group in groups if group.items]


def _pages() -> list[Item]:
    return [
        Item(_("Vigilance"), "activity", reverse("watch:overview")),
        Item(_("Explore the mentions"), "search", reverse("watch:explore")),
        Item(_("Alerts"), "bell", reverse("alerts:list")),
        Item(_("Call-outs"), "megaphone", reverse("callout:list")),
        Item(_("Rooms"), "siren", reverse("crisis:list")),
        Item(_("Evidence"), "archive", reverse("crisis:evidence")),
        Item(_("Freeze of publications"), "snowflake", reverse("crisis:freezes")),
        Item(_("Publishing tools"), "settings", reverse("crisis:tools")),
        Item(_("Rest"), "user", reverse("crisis:rest")),
        Item(_("Plan"), "book-open-check", reverse("plan:list")),
        Item(_("Contacts"), "users", reverse("plan:contacts")),
        Item(_("Plan on this phone"), "smartphone", reverse("plan:offline")),
        Item(_("Sources"), "radio-tower", reverse("listen:list")),
        Item(_("Watches"), "eye", reverse("watch:watches")),
        Item(_("People"), "users", reverse("accounts:people")),
        Item(_("Journal"), "book-open", reverse("accounts:journal")),
        Item(_("Organisation"), "settings", reverse("accounts:settings")),
        Item(_("Your profile"), "user", reverse("accounts:profile")),
    ]


def _doings() -> list[Item]:
    return [
        Item(_("Add a source"), "plus", reverse("listen:add")),
        Item(_("Import a file of posts"), "file-up", reverse("listen:add-file")),
        Item(_("Declare a brand"), "plus", reverse("watch:new-brand")),
        Item(_("Light or dark"), "moon", does="theme"),
        Item(_("Show the keys"), "keyboard", does="keys"),
    ]


def _watched(organisation: Organisation) -> Iterable[Item]:
    seen: set[int] = set()
    for watch in watches(organisation):
        if watch.brand_id not in seen:
            seen.add(watch.brand_id)
            yield Item(
                watch.brand.name, "activity", reverse("watch:brand", args=[watch.brand.slug]), note=_("brand")
            )
        yield Item(
            watch.name, "eye", reverse("watch:watch", args=[watch.pk]), note=str(watch.get_kind_display())
        )


def _plans(organisation: Organisation) -> Iterable[Item]:
    for plan in plan_selectors.plans(organisation):
        yield Item(
            plan.brand.name,
            "book-open-check",
            reverse("plan:show", args=[plan.brand.slug]),
            note=_("crisis plan"),
        )
        version = plan_selectors.in_force(plan)
        for scenario in version.document.scenarios if version else ():
            address = reverse("plan:scenario", args=[plan.brand.slug, scenario.id])
            yield Item(here(scenario.title), "book-open-check", address, note=plan.brand.name)


def _contacts(organisation: Organisation) -> Iterable[Item]:
    people = Contact.objects.filter(organisation=organisation).values_list("name", "function", "pk")
    for name, function, pk in people:
        yield Item(name, "user", reverse("plan:contact", args=[pk]), note=function or _("contact"))


def _running(organisation: Organisation) -> Iterable[Item]:
    for callout in running(organisation):
        address = reverse("callout:board", args=[callout.pk])
        yield Item(
            here(callout.title) or callout.scenario,
            "megaphone",
            address,
            note=_("call-out of %(brand)s") % {"brand": callout.brand},
            level=callout.level,
        )
    for crisis in open_crises(organisation):
        address = reverse("crisis:room", args=[crisis.pk])
        yield Item(
            crisis.title,
            "siren",
            address,
            note=_("room of %(brand)s") % {"brand": crisis.brand},
            level=crisis.level,
        )


def _callings(organisation: Organisation) -> Iterable[Item]:
    for plan in plan_selectors.plans(organisation):
        address = f"{reverse('callout:launch')}?{urlencode({'brand': plan.brand.slug})}"
        yield Item(_("Call the team of %(brand)s out") % {"brand": plan.brand}, "megaphone", address)


def _alerts(organisation: Organisation) -> Iterable[Item]:
    for alert in unsettled(organisation)[:20]:
        about = str(alert.watch or alert.source or alert.brand)
        address = reverse("alerts:alert", args=[alert.pk])
        yield Item(title(alert), "bell", address, note=about, level=alert.level)


def _posts(organisation: Organisation, words: str) -> list[Item]:
    if len(words.strip()) < LETTERS_FOR_POSTS:
        return []
    now = clock.now(organisation)
    ids = [watch.pk for watch in watches(organisation)]
    wanted = Wanted(organisation.pk, ids, place_at(now - LONGEST), place_at(now), text=words)
    found = [
        Item(
            post.text[:120], "message-square", reverse("watch:mention", args=[post.n]), note=post.network_name
        )
        for post in mentions.page(wanted, size=4).posts
    ]
    every = Item(
        _("Search “%(words)s” in the posts") % {"words": words},
        "search",
        f"{reverse('watch:explore')}?{urlencode({'q': words})}",
    )
    return [*found, every]


def _fitting(items: Iterable[Item], words: str) -> list[Item]:
    """Return the items of which each word begins a word or stands inside."""
    wanted = _plain(words).split()
    return [item for item in items if all(word in _plain(f"{item.text} {item.note}") for word in wanted)][
        : SHOWN if wanted else 12
    ]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))

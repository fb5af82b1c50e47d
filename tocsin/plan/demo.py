"""The plan of the demonstration: the fictitious bakery is prepared, though not in everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.plan import actions, library, people
from tocsin.plan.calling import zone_of_organisation
from tocsin.plan.models import Contact, Line, Means, Plan, Side
from tocsin.plan.rota import actions as rota
from tocsin.watch.models import Brand

OFFICE: Final = [{"days": [0, 1, 2, 3, 4], "from": "09:00", "until": "18:30"}]
WEEKS: Final = 10


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the plan: the numbers are of those that the French regulator keeps for fiction."""

    name: str
    function: str
    roles: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    company: str = ""
    office: bool = False


def _reached(phone: str, address: str = "") -> tuple[tuple[str, str], ...]:
    mail = ((Means.EMAIL.value, address),) if address else ()
    return ((Means.SMS.value, phone), *mail, (Means.VOICE.value, phone))


PEOPLE: Final = (
    Person(
        "Claire Vasseur",
        "Directrice de la communication",
        ("director", "spokesperson:1"),
        _reached("+33639981001", "claire.vasseur@maison-berthier.example"),
    ),
    Person(
        "Bastien Lacaze-Roy",
        "Porte-parole",
        ("spokesperson", "director:1"),
        _reached("+33639981002", "bastien.lacaze-roy@maison-berthier.example"),
    ),
    Person(
        "Yanis Morel",
        "Community manager",
        ("community",),
        _reached("+33639981003", "yanis.morel@maison-berthier.example"),
    ),
    Person(
        "Samira Oukacha",
        "Community manager de nuit",
        ("community:1",),
        _reached("+33639981004", "samira.oukacha@maison-berthier.example"),
    ),
    Person(
        "Odile Trémeur",
        "Responsable du service clients",
        ("care",),
        _reached("+33639981005", "odile.tremeur@maison-berthier.example"),
    ),
    Person(
        "Mireille Jouanneau",
        "Adjointe au service clients",
        ("care:1",),
        _reached("+33639981006", "mireille.jouanneau@maison-berthier.example"),
        office=True,
    ),
    Person(
        "Nadia Benhalim",
        "Directrice qualité",
        ("quality",),
        _reached("+33639981007", "nadia.benhalim@maison-berthier.example"),
    ),
    Person(
        "Paul Quéméner",
        "Ingénieur qualité",
        ("quality:1",),
        _reached("+33639981008", "paul.quemener@maison-berthier.example"),
    ),
    Person(
        "Gwenaël Le Briz",
        "Directeur des opérations",
        ("operations",),
        _reached("+33639981009", "gwenael.lebriz@maison-berthier.example"),
    ),
    Person(
        "Inès Rouaud",
        "Responsable logistique",
        ("operations:1",),
        _reached("+33639981010", "ines.rouaud@maison-berthier.example"),
    ),
    Person(
        "Thomas Kerloc",
        "Responsable informatique",
        ("technical",),
        _reached("+33639981011", "thomas.kerloc@maison-berthier.example"),
    ),
    Person("Fatou Diarra", "Directrice des ressources humaines", ("people",), _reached("+33639981012")),
    Person(
        "Maître Aurore Delcourt",
        "Avocate",
        ("legal",),
        _reached("+33639981013", "delcourt@delcourt-sanz.example"),
        company="Delcourt & Sanz",
    ),
    Person(
        "Maître Victor Sanz",
        "Avocat",
        ("legal:1",),
        _reached("+33639981014", "sanz@delcourt-sanz.example"),
        company="Delcourt & Sanz",
        office=True,
    ),
    Person(
        "Agence Grand Large",
        "Relations presse, permanence",
        (),
        ((Means.VOICE.value, "+33199001015"), (Means.EMAIL.value, "permanence@grand-large.example")),
        company="Grand Large",
    ),
    Person(
        "Minoterie du Bocage",
        "Fournisseur de farine, qualité",
        (),
        ((Means.VOICE.value, "+33261911016"),),
        company="Minoterie du Bocage",
        office=True,
    ),
)
"""Human resources have nobody to stand in, and no address but a phone: the readiness says so."""


@transaction.atomic
def declare_plan(organisation: Organisation) -> Plan | None:
    """Bring the plan of the demonstration into force, with its people and its rota; once.

    Returns
    -------
    Plan or None
        The plan made; None when there was one, or nobody to propose and approve it.
    """
    with scope(organisation=organisation):
        brand = Brand.objects.filter(organisation=organisation).first()
        if brand is None or Plan.objects.filter(brand=brand).exists():
            return None
        members = {user.name: user for user in User.objects.filter(memberships__organisation=organisation)}
        lead, approver = members.get("Claire Vasseur"), members.get("Bastien Lacaze-Roy")
        if lead is None or approver is None:
            return None
        plan = _approved(brand, lead, approver)
        contacts = {person.name: _contact(organisation, person, members, lead) for person in PEOPLE}
        _seat(plan, contacts, lead)
        _put_on_call(plan, contacts, lead)
    return plan


def _approved(brand: Brand, lead: User, approver: User) -> Plan:
    names = [scenario.id for scenario in library.scenarios()]
    draft = actions.begin(brand, lead, names, ["fr", "en"])
    proposed = actions.propose(draft, lead, "Première version, relue par le service juridique")
    version = actions.approve(proposed, approver, revision=proposed.revision)
    for reader in (lead, approver):
        actions.read(version, reader)
    return version.plan


def _contact(organisation: Organisation, person: Person, members: dict[str, User], lead: User) -> Contact:
    contact = people.add(
        organisation,
        lead,
        name=person.name,
        function=person.function,
        company=person.company,
        side=Side.OUTSIDE if person.company else Side.INSIDE,
        languages=["fr"],
        user=members.get(person.name),
        hours=OFFICE if person.office else [],
    )
    # past `people.add_line`, which rightly refuses numbers that are given to nobody
    Line.objects.bulk_create(
        Line(
            contact=contact,
            organisation=organisation,
            means=means,
            address=address,
            rank=rank,
            confirmed_at=contact.created_at,
        )
        for rank, (means, address) in enumerate(person.lines)
    )
    return contact


def _seat(plan: Plan, contacts: dict[str, Contact], lead: User) -> None:
    held = [(role, contacts[person.name]) for person in PEOPLE for role in person.roles]
    for role, contact in sorted(held, key=lambda pair: pair[0].partition(":")[2]):
        people.seat(plan, role.partition(":")[0], contact, lead)


def _put_on_call(plan: Plan, contacts: dict[str, Contact], lead: User) -> None:
    zone = zone_of_organisation(plan.organisation)
    today = timezone.localdate(clock.now(plan.organisation_id), zone)
    monday = today - timedelta(days=today.weekday(), weeks=1)
    for role, names in (
        ("community", ("Yanis Morel", "Samira Oukacha")),
        ("director", ("Claire Vasseur", "Bastien Lacaze-Roy")),
    ):
        turns = [contacts[name] for name in names]
        rota.add_turns(plan, lead, turns, role=role, first=monday, at=time(9), weeks=WEEKS)

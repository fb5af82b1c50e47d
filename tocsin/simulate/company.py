"""Maison Berthier, a bakery chain that exists nowhere: its brand, watches, accounts, people and rivals.

`COMPANY` is what a demo or a test declares in Tocsin before it lets the posts in. Every name here is
invented, and every address ends in ``.example``, which no registry sells.
"""

from dataclasses import dataclass
from typing import Final, Literal

WatchKind = Literal["brand", "product", "person", "campaign", "competitor", "topic"]
Role = Literal["observer", "responder", "approver", "lead", "administrator"]


@dataclass(frozen=True, slots=True)
class WatchDeclaration:
    """A watch to declare: its name, its kind and its query in Tocsin's query language."""

    name: str
    kind: WatchKind
    query: str
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountDeclaration:
    """An account of the brand: what it publishes is the brand's own voice."""

    network: str
    handle: str
    author_id: str
    author_name: str
    followers: int


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the company, with the role that they hold in Tocsin."""

    name: str
    title: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor: how people write its name, and what its own accounts are called."""

    name: str
    slug: str
    handle: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop: its town, and the place or street where it stands."""

    town: str
    place: str

    @property
    def at_town(self) -> str:
        """The town after « à »: *à Nantes*, *au Mans*."""
        return f"au {self.town[3:]}" if self.town.startswith("Le ") else f"à {self.town}"

    @property
    def of_town(self) -> str:
        """The town after « de »: *de Nantes*, *du Mans*, *d'Angers*."""
        if self.town.startswith("Le "):
            return f"du {self.town[3:]}"
        return f"d'{self.town}" if self.town[0] in "AEIOUÉ" else f"de {self.town}"


@dataclass(frozen=True, slots=True)
class Brand:
    """What the company defends."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that has to be declared in Tocsin for the company.

    Attributes
    ----------
    watches : tuple of WatchDeclaration
        The watches of the first brand, competitors' watches included.
    accounts : tuple of AccountDeclaration
        The brand's own accounts, one a network.
    people : tuple of Person
        Those who use Tocsin, and the chief executive, who is watched.
    """

    name: str
    slug: str
    brands: tuple[Brand, ...]
    watches: tuple[WatchDeclaration, ...]
    competitors: tuple[Rival, ...]
    accounts: tuple[AccountDeclaration, ...]
    people: tuple[Person, ...]
    shops: tuple[Shop, ...]


DOMAIN: Final = "maison-berthier.example"
HANDLE: Final = "maisonberthier"
CHIEF: Final = "Hélène Caradeuc"

RIVALS: Final = (
    Rival("Fournil Vastrelle", "fournil-vastrelle", "fournilvastrelle", ("Fournil Vastrelle", "Vastrelle")),
    Rival("Maison Corvandel", "maison-corvandel", "maisoncorvandel", ("Maison Corvandel", "Corvandel")),
    Rival("L'Épi d'Orsimont", "epi-d-orsimont", "epidorsimont", ("L'Épi d'Orsimont", "Epi d'Orsimont")),
)

_PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("Nantes", "place des Tilleuls"),
    ("Nantes", "quai des Mariniers"),
    ("Nantes", "rue de la Corderie"),
    ("Nantes", "route des Sablons"),
    ("Rennes", "rue des Tanneurs"),
    ("Rennes", "place du Vieux-Four"),
    ("Rennes", "avenue des Lices"),
    ("Paris", "rue des Trois-Moulins"),
    ("Paris", "place du Petit-Marché"),
    ("Paris", "passage des Verriers"),
    ("Paris", "rue de l'Orme-Sec"),
    ("Paris", "quai des Lavandières"),
    ("Paris", "rue du Puits-Vert"),
    ("Paris", "avenue des Marronniers"),
    ("Lyon", "place des Canuts-Bleus"),
    ("Lyon", "rue du Pont-Neuf"),
    ("Lyon", "montée des Tisserands"),
    ("Lyon", "cours des Mûriers"),
    ("Bordeaux", "rue des Chais"),
    ("Bordeaux", "quai aux Herbes"),
    ("Bordeaux", "place du Pin-Parasol"),
    ("Toulouse", "rue des Briquetiers"),
    ("Toulouse", "place de la Violette"),
    ("Toulouse", "allée des Platanes"),
    ("Lille", "rue des Brasseurs"),
    ("Lille", "place aux Oignons-Doux"),
    ("Lille", "rue du Beffroi"),
    ("Strasbourg", "quai des Moulins"),
    ("Strasbourg", "rue des Cigognes"),
    ("Marseille", "rue des Accoules-Hautes"),
    ("Marseille", "boulevard des Figuiers"),
    ("Marseille", "place aux Filets"),
    ("Angers", "rue de l'Ardoise"),
    ("Angers", "place du Ralliement-Vert"),
    ("Tours", "rue des Soyeux"),
    ("Le Mans", "place des Halles-Rouges"),
    ("Le Havre", "quai des Pilotes"),
    ("Rouen", "rue du Gros-Chêne"),
    ("Caen", "rue des Carriers"),
    ("Brest", "rue des Gabiers"),
    ("Quimper", "place au Beurre-Salé"),
    ("Vannes", "rue des Remparts-Bas"),
    ("Lorient", "cours des Mouettes"),
    ("La Rochelle", "rue du Minage-Vieux"),
    ("Poitiers", "rue des Écoliers"),
    ("Limoges", "rue des Émailleurs"),
    ("Clermont", "place de la Pierre-Noire"),
    ("Grenoble", "place aux Noix"),
    ("Annecy", "rue du Vieux-Lavoir"),
    ("Dijon", "rue de la Moutarde-Verte"),
    ("Besançon", "rue des Horlogers"),
    ("Nancy", "rue des Mirabelles"),
    ("Metz", "place des Maréchaux-Ferrants"),
    ("Reims", "rue des Caves"),
    ("Amiens", "quai des Hortillons"),
    ("Orléans", "rue du Vinaigre"),
    ("Montpellier", "rue des Arbousiers"),
    ("Nîmes", "place aux Cigales"),
    ("Nice", "rue des Citronniers"),
    ("Toulon", "rue des Voiliers"),
    ("Saint-Malo", "chaussée des Goélands"),
)

_OWN_QUERY: Final = (
    '"maison berthier" OR maisonberthier OR #maisonberthier OR @maisonberthier '
    "OR berthier NEAR/5 (boulangerie OR boulanger OR galette OR croissant OR pain OR gâteau)"
)


def _rival_watch(rival: Rival) -> WatchDeclaration:
    short = rival.spellings[1]
    query = f'"{rival.name}" OR "{short}" OR {rival.handle} OR #{rival.handle} OR @{rival.handle}'
    return WatchDeclaration(rival.name, "competitor", query)


COMPANY: Final = Company(
    name="Maison Berthier",
    slug="maison-berthier",
    brands=(Brand("Maison Berthier", "maison-berthier"),),
    watches=(
        WatchDeclaration("Maison Berthier", "brand", _OWN_QUERY),
        WatchDeclaration(
            "Galettes et gâteaux",
            "product",
            '("maison berthier" OR maisonberthier OR "boulangerie berthier") '
            "AND (galette* OR frangipane OR gâteau* OR entremets OR fraisier* OR framboisier*)",
        ),
        WatchDeclaration(CHIEF, "person", f'"{CHIEF.lower()}" OR caradeuc NEAR/5 berthier'),
        *(_rival_watch(rival) for rival in RIVALS),
    ),
    competitors=RIVALS,
    accounts=(
        AccountDeclaration("facebook", HANDLE, f"facebook:{HANDLE}", "Maison Berthier", 184_000),
        AccountDeclaration("instagram", HANDLE, f"instagram:{HANDLE}", "Maison Berthier", 97_300),
        AccountDeclaration("x", HANDLE, f"x:{HANDLE}", "Maison Berthier", 21_800),
        AccountDeclaration(
            "bluesky", f"{HANDLE}.bsky.example", f"bluesky:{HANDLE}", "Maison Berthier", 3_150
        ),
    ),
    people=(
        Person("Claire Vasseur", "directrice de la communication", f"claire.vasseur@{DOMAIN}", "lead"),
        Person("Yanis Morel", "community manager", f"yanis.morel@{DOMAIN}", "responder"),
        Person("Odile Trémeur", "responsable du service clients", f"odile.tremeur@{DOMAIN}", "responder"),
        Person("Bastien Lacaze-Roy", "porte-parole", f"bastien.lacaze-roy@{DOMAIN}", "approver"),
        Person("Nadia Benhalim", "directrice qualité", f"nadia.benhalim@{DOMAIN}", "observer"),
        Person("Thomas Kerloc", "administrateur", f"thomas.kerloc@{DOMAIN}", "administrator"),
        Person(CHIEF, "présidente", f"helene.caradeuc@{DOMAIN}", "observer"),
    ),
    shops=tuple(Shop(town, place) for town, place in _PLACES),
)

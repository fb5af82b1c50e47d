"""What a bakery sells, with the grammar that each name needs."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """A product's name, gender, plural, and the letter of its kind.

    Kinds: ``v`` viennoiserie, ``b`` bread, ``p`` pastry, ``s`` savoury, ``c`` cake to order.
    """

    name: str
    feminine: bool
    plural: str
    kind: str

    @property
    def elides(self) -> bool:
        """Whether « le » becomes « l' » before it."""
        return self.name[0] in "aeéiouh"

    def written(self, article: str) -> str:
        """Return the name behind an article: ``le``, ``un``, ``ce``, ``mon``, ``son``, ``de_le`` or none."""
        if article in {"nom", "pluriel"}:
            return self.plural if article == "pluriel" else self.name
        if self.elides and article in _BEFORE_VOWEL:
            return _BEFORE_VOWEL[article] + self.name
        masculine, feminine = _ARTICLES[article]
        return (feminine if self.feminine else masculine) + self.name


_ARTICLES: Final = {
    "le": ("le ", "la "),
    "un": ("un ", "une "),
    "ce": ("ce ", "cette "),
    "mon": ("mon ", "ma "),
    "son": ("son ", "sa "),
    "de_le": ("du ", "de la "),
}
_BEFORE_VOWEL: Final = {"le": "l'", "mon": "mon ", "son": "son ", "de_le": "de l'"}

_CATALOGUE: Final = """
v m croissant|croissants
v m pain au chocolat|pains au chocolat
v m chausson aux pommes|chaussons aux pommes
v m pain aux raisins|pains aux raisins
v f brioche au sucre|brioches au sucre
v m croissant aux amandes|croissants aux amandes
v m pain suisse|pains suisses
v f brioche feuilletée|brioches feuilletées
b f baguette tradition|baguettes tradition
b f tradition|traditions
b m pain au levain|pains au levain
b m pain de seigle|pains de seigle
b m pain complet|pains complets
b m pain aux noix|pains aux noix
b f boule de campagne|boules de campagne
b f tourte de seigle|tourtes de seigle
b m pain aux céréales|pains aux céréales
p m éclair au café|éclairs au café
p m éclair au chocolat|éclairs au chocolat
p f tarte au citron|tartes au citron
p f tarte aux framboises|tartes aux framboises
p m flan vanille|flans vanille
p m millefeuille|millefeuilles
p m paris-brest|paris-brest
p f religieuse au chocolat|religieuses au chocolat
p m chou à la crème|choux à la crème
p f tartelette aux fruits|tartelettes aux fruits
p m baba au rhum|babas au rhum
p m opéra|opéras
s m jambon-beurre|jambons-beurre
s m sandwich poulet crudités|sandwichs poulet crudités
s f quiche lorraine|quiches lorraines
s m croque-monsieur|croque-monsieur
s m sandwich thon œuf|sandwichs thon œuf
s f quiche aux poireaux|quiches aux poireaux
s m sandwich rosette|sandwichs rosette
c m fraisier|fraisiers
c m gâteau d'anniversaire|gâteaux d'anniversaire
c m entremets trois chocolats|entremets trois chocolats
c f forêt-noire|forêts-noires
c f charlotte aux poires|charlottes aux poires
c m framboisier|framboisiers
"""


def _catalogue() -> dict[str, tuple[Product, ...]]:
    products = []
    for line in _CATALOGUE.strip().splitlines():
        kind, gender, names = line.split(" ", 2)
        name, plural = names.split("|")
        products.append(Product(name, gender == "f", plural, kind))
    kinds = {kind: tuple(product for product in products if product.kind == kind) for kind in "vbpsc"}
    return {**kinds, "x": kinds["v"] + kinds["b"] + kinds["p"], "": kinds["v"] + kinds["b"] + kinds["p"]}


PRODUCTS: Final = _catalogue()

ENGLISH: Final = (
    "croissant",
    "pain au chocolat",
    "almond croissant",
    "sourdough loaf",
    "lemon tart",
    "baguette",
    "coffee éclair",
    "apple turnover",
    "ham and butter baguette",
    "vanilla flan",
)

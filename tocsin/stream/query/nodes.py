"""What a query means: a tree of words and phrases, places and figures, joined by and, or, not, near."""

from dataclasses import dataclass, field
from typing import Final, Literal

Sign = Literal["", "#", "@"]
Comparison = Literal["<", "<=", "=", ">=", ">"]

# A word of a phrase that may be any one character of a script without spaces (東?).
ANY: Final = "?"


@dataclass(frozen=True, slots=True)
class Token:
    """One word to be found, folded.

    Attributes
    ----------
    text : str
        The folded word; with ``wild``, ``*`` stands for any characters and ``?`` for exactly one.
    sign : str
        ``#`` or ``@`` where the word must be a hashtag or a handle.
    joined : bool
        It touches the word before it (scripts without spaces), so nothing may stand between.
    """

    text: str
    sign: Sign = ""
    wild: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or the words of a phrase one after the other."""

    tokens: tuple[Token, ...]
    title: bool = False


@dataclass(frozen=True, slots=True)
class Loose:
    """``"words"~n``: all the words in any order, at most ``n`` other words between them in all."""

    tokens: tuple[Token, ...]
    distance: int
    title: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """``left NEAR/n right``: at most ``distance`` words between the two; ``ordered`` for ONEAR."""

    left: "Node"
    right: "Node"
    distance: int
    ordered: bool
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """``RAW:"text"``: the text as written, with its case and signs."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """The handle, the name or the id of the author has these words."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The network's folded name; ``*`` and ``?`` as in words."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Language:
    """The language of the post: ``fr`` stands for ``fr-CA`` too."""

    code: str


@dataclass(frozen=True, slots=True)
class Site:
    """The host of the address or a parent of it, and the beginning of the path where one is given."""

    host: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of post: post, comment, review, article or message."""

    name: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A comparison with followers or rating; never true of a post without that figure."""

    column: Literal["followers", "rating"]
    comparison: Comparison
    value: float


@dataclass(frozen=True, slots=True)
class Has:
    """The post has a picture or video, a title, a rating, or an address."""

    what: Literal["media", "title", "rating", "url"]


@dataclass(frozen=True, slots=True)
class And:
    """All of them hold."""

    children: tuple["Node", ...]
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """One of them holds."""

    children: tuple["Node", ...]
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    child: "Node"
    depth: int = field(default=1, compare=False)


Textual = Term | Loose | Near | Raw
Field = Author | Network | Language | Site | Kind | Figure | Has
Node = Term | Loose | Near | Raw | Author | Network | Language | Site | Kind | Figure | Has | And | Or | Not

FIELD_NODES: Final = (Author, Network, Language, Site, Kind, Figure, Has)

"""The fields of the language: what each takes, and what other tools call it."""

import re
from collections.abc import Callable
from typing import Final, Literal, NoReturn, cast

from tocsin.stream.fold import fold_text
from tocsin.stream.post import KINDS
from tocsin.stream.query.errors import Fix, QueryError, Said, quoted
from tocsin.stream.query.nodes import (
    And,
    Author,
    Comparison,
    Figure,
    Has,
    Kind,
    Language,
    Network,
    Node,
    Raw,
    Site,
)
from tocsin.stream.query.signs import only_signs
from tocsin.stream.query.terms import has_lone_wildcard, tokens_of
from tocsin.stream.query.written import WrittenField, WrittenWord

FIELDS: Final = (
    "author",
    "network",
    "lang",
    "site",
    "kind",
    "followers",
    "rating",
    "has",
    "TITLE",
    "RAW",
)

# What other tools and French call them: proposed in the error.
_OTHER_NAMES: Final = {
    "language": "lang",
    "langue": "lang",
    "langues": "lang",
    "auteur": "author",
    "from": "author",
    "user": "author",
    "username": "author",
    "source": "network",
    "platform": "network",
    "sourcetype": "network",
    "pagetype": "network",
    "reseau": "network",
    "domain": "site",
    "domainurl": "site",
    "host": "site",
    "url": "site",
    "type": "kind",
    "genre": "kind",
    "authorfollowers": "followers",
    "followerscount": "followers",
    "abonnes": "followers",
    "stars": "rating",
    "reviewrating": "rating",
    "note": "rating",
    "etoiles": "rating",
    "avec": "has",
    "contains": "has",
    "intitle": "TITLE",
    "titre": "TITLE",
    "headline": "TITLE",
}

_KINDS: Final[dict[str, str]] = {
    **dict(zip(KINDS, KINDS, strict=True)),
    "publication": "post",
    "commentaire": "comment",
    "avis": "review",
}
_HAS: Final = {
    "media": "media",
    "title": "title",
    "titre": "title",
    "rating": "rating",
    "note": "rating",
    "url": "url",
}
_NETWORKS: Final = {"twitter": "x"}
_LANGUAGES: Final = {
    "french": "fr",
    "francais": "fr",
    "english": "en",
    "anglais": "en",
    "german": "de",
    "allemand": "de",
    "spanish": "es",
    "espagnol": "es",
    "italian": "it",
    "italien": "it",
    "dutch": "nl",
    "neerlandais": "nl",
    "portuguese": "pt",
    "portugais": "pt",
    "arabic": "ar",
    "arabe": "ar",
}

_FIGURE = re.compile(
    r"\s*(?P<sign>>=|=>|<=|=<|≥|≤|[<>=])?\s*(?P<number>\d[\d_]*(?:[.,]\d+)*)\s*(?P<unit>[kKmM])?\s*"
)
_RANGE = re.compile(r"\[?\s*(\d+(?:[.,]\d+)?)\s*(?:TO|\.\.|-|–)\s*(\d+(?:[.,]\d+)?)\s*\]?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_COMPARISONS: Final[dict[str, Comparison]] = {
    "": "=",
    "=": "=",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "=>": ">=",
    "≥": ">=",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
}
_UNITS: Final = {"": 1, "k": 1_000, "m": 1_000_000}
_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


def field_named(written: WrittenField) -> str:
    """Return the field's name as in `FIELDS`, whatever its case.

    Raises
    ------
    QueryError
        When no field has that name; proposes the field that other tools call so, or quotes.
    """
    name = written.name
    for known in FIELDS:
        if known.casefold() == name.casefold():
            return known
    plain = fold_text(name).replace("-", "").replace("_", "")
    near = {"near": "NEAR/5", "onear": "ONEAR/5"}.get(plain)
    other = _OTHER_NAMES.get(plain)
    end = written.start + len(name) + 1
    hint_en = f" It is called {other}: here." if other else " Put it between quotes to look for the words."
    hint_fr = (
        f" Il s’appelle ici {other}:."
        if other
        else " Mettez-le entre guillemets pour chercher les mots eux-mêmes."
    )
    said = quoted(name + ":")
    return _refuse(
        written.start,
        Said(f"There is no field {said.en}." + hint_en, f"Le champ {said.fr} n’existe pas." + hint_fr),
        Said("one of " + _listed(), "l’un de " + _listed()),
        _field_fix(written, end, near or (other and f"{other}:")),
    )


def _field_fix(written: WrittenField, end: int, replacement: str | None) -> Fix:
    if replacement:
        return Fix(written.start, end, replacement)
    value = written.value
    if isinstance(value, WrittenWord) and not value.quoted:
        return Fix(written.start, value.end, f'"{written.name}:{value.text}"')
    return Fix(written.start, end, f'"{written.name}" ')


def field_node(field: str, word: WrittenWord) -> Node:
    """Return what a field asks of a post, for one of its values.

    Raises
    ------
    QueryError
        When the value is not one that the field takes.
    """
    return _MAKERS[field](word)


def _author(word: WrittenWord) -> Node:
    tokens = tokens_of(word.text.strip().lstrip("@＠"))
    if not tokens or has_lone_wildcard(tokens):
        raise only_signs(word)
    return Author(tokens)


def _network(word: WrittenWord) -> Node:
    name = fold_text(word.text).strip()
    if not name.strip("*?"):
        raise only_signs(word)
    return Network(_NETWORKS.get(name, name))


def _lang(word: WrittenWord) -> Node:
    code = word.text.strip().casefold().replace("_", "-")
    if _CODE.fullmatch(code):
        return Language(code)
    meant = _LANGUAGES.get(fold_text(code).strip())
    said = quoted(word.text)
    return _refuse(
        word.start,
        Said(f"{said.en} is no language code.", f"{said.fr} n’est pas un code de langue."),
        Said("a code such as fr, en or pt-br", "un code tel que fr, en ou pt-br"),
        Fix(word.start, word.end, meant) if meant else None,
    )


def _site(word: WrittenWord) -> Node:
    address = re.sub(r"^[a-z][a-z0-9+.-]*://", "", word.text.strip().casefold())
    host, _, path = address.partition("/")
    host = re.sub(r"^(?:\*\.|www\.)+", "", host.split("@")[-1].split(":")[0]).strip(".")
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", host):
        return Site(host, path.rstrip("*"))
    said = quoted(word.text)
    return _refuse(
        word.start,
        Said(f"{said.en} is no site.", f"{said.fr} n’est pas un site."),
        Said("a host such as lemonde.fr", "un hôte tel que lemonde.fr"),
        None,
    )


def _kind(word: WrittenWord) -> Node:
    kind = _KINDS.get(fold_text(word.text).strip())
    if kind:
        return Kind(kind)
    said = quoted(word.text)
    return _refuse(
        word.start,
        Said(f"There is no kind {said.en}.", f"Le genre {said.fr} n’existe pas."),
        Said("one of " + ", ".join(KINDS), "l’un de " + ", ".join(KINDS)),
        Fix(word.start, word.end, KINDS[0]),
    )


def _has(word: WrittenWord) -> Node:
    what = _HAS.get(fold_text(word.text).strip())
    if what:
        return Has(cast(Literal["media", "title", "rating", "url"], what))
    said = quoted(word.text)
    choices = "media, title, rating, url"
    return _refuse(
        word.start,
        Said(f"has: does not know {said.en}.", f"has: ne connaît pas {said.fr}."),
        Said("one of " + choices, "l’un de " + choices),
        Fix(word.start, word.end, "media"),
    )


def _figure(column: Literal["followers", "rating"]) -> Callable[[WrittenWord], Node]:
    def make(word: WrittenWord) -> Node:
        found = _FIGURE.fullmatch(word.text)
        value = _number(found["number"], column) if found else None
        if found and value is not None:
            sign = _COMPARISONS[found["sign"] or ""]
            return Figure(column, sign, value * _UNITS[(found["unit"] or "").lower()])
        span = _RANGE.fullmatch(word.text)
        if span and word.text.startswith("["):
            low, high = (float(end.replace(",", ".")) for end in span.groups())
            return And((Figure(column, ">=", low), Figure(column, "<=", high)))
        example = ">10000" if column == "followers" else "<3"
        text = f"(>={span[1]} AND <={span[2]})" if span else example
        said = quoted(word.text)
        return _refuse(
            word.start,
            Said(f"{column}: needs a number, not {said.en}.", f"{column}: demande un nombre, pas {said.fr}."),
            Said(f"a comparison such as {example}", f"une comparaison telle que {example}"),
            Fix(word.start, word.end, text),
        )

    return make


def _number(written: str, column: str) -> float | None:
    """Return a number: 10,000 and 10.000 followers are ten thousand, 3,5 and 3.5 stars three and a half."""
    plain = written.replace("_", "")
    if column == "followers" and _THOUSANDS.fullmatch(plain):
        return float(re.sub("[.,]", "", plain))
    return float(plain.replace(",", ".")) if len(re.findall("[.,]", plain)) < 2 else None


def _raw(word: WrittenWord) -> Node:
    if not word.text.strip():
        raise only_signs(word)
    return Raw(word.text)


def _refuse(at: int, message: Said, expected: Said, fix: Fix | None) -> NoReturn:
    raise QueryError(at, message=message, expected=expected, fix=fix)


def _listed() -> str:
    return ", ".join(f"{name}:" for name in FIELDS)


_MAKERS: Final[dict[str, Callable[[WrittenWord], Node]]] = {
    "author": _author,
    "network": _network,
    "lang": _lang,
    "site": _site,
    "kind": _kind,
    "followers": _figure("followers"),
    "rating": _figure("rating"),
    "has": _has,
    "RAW": _raw,
}

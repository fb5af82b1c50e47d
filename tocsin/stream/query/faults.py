"""What can be wrong with the form of a query, in words."""

import re
from typing import Final, NoReturn

from lark import Token

from tocsin.stream.query.errors import Fix, QueryError, Said, quoted

MAX_DISTANCE: Final = 1000
DEFAULT_DISTANCE: Final = 5

A_TERM: Final = Said(
    "a word, a “phrase”, a field or a parenthesis",
    "un mot, une «\u00a0phrase\u00a0», un champ ou une parenthèse",
)
A_VALUE: Final = Said("a value, a “value” or a group", "une valeur, une «\u00a0valeur\u00a0» ou un groupe")
A_NUMBER: Final = Said("a whole number", "un nombre entier")

_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "MINUS", "NEAR"})


def empty() -> QueryError:
    """Nothing is written."""
    return QueryError(
        0,
        message=Said("The query is empty.", "La requête est vide."),
        expected=A_TERM,
    )


def too_long(limit: int) -> QueryError:
    """More characters than anybody means to write."""
    return QueryError(
        limit,
        message=Said(
            f"The query is longer than {limit:,} characters. Split it into several watches.",
            f"La requête dépasse {limit:,} caractères. Répartissez-la en plusieurs veilles.".replace(
                ",", "\u202f"
            ),
        ),
        expected=Said("a shorter query", "une requête plus courte"),
    )


def too_deep(at: int, limit: int) -> QueryError:
    """More alternations inside one another than the matcher follows."""
    return QueryError(
        at,
        message=Said(
            f"Groups stand in one another more than {limit} deep. Split the query into several watches.",
            f"Les groupes s’emboîtent sur plus de {limit} niveaux. "
            "Répartissez la requête en plusieurs veilles.",
        ),
        expected=Said("fewer groups in one another", "moins de groupes emboîtés"),
    )


def too_many_pairs(at: int, limit: int) -> QueryError:
    """AND inside NEAR multiplies into more pairs than is reasonable."""
    return QueryError(
        at,
        message=Said(
            f"The groups around this NEAR combine into more than {limit:,} pairs.",
            f"Les groupes autour de ce NEAR se combinent en plus de {limit:,} paires.".replace(",", "\u202f"),
        ),
        expected=Said("groups with OR only beside NEAR", "des groupes avec OR seulement autour de NEAR"),
    )


def stray(at: int) -> QueryError:
    """A character that no rule knows."""
    return QueryError(
        at,
        message=Said("This character cannot stand here.", "Ce caractère n’a pas sa place ici."),
        expected=A_TERM,
        fix=Fix(at, at + 1, ""),
    )


def bad_near(token: Token) -> NoReturn:
    """NEAR without a usable number."""
    at, end = token.start_pos or 0, token.end_pos or 0
    name = "ONEAR" if token.startswith("ONEAR") else "NEAR"
    number = re.search(r"\d+", token)
    # One vendor writes NEAR/5f where order matters.
    ordered = name == "ONEAR" or bool(re.fullmatch(r"NEAR/\d+f", token))
    distance = number[0] if number else str(DEFAULT_DISTANCE)
    operator = f"{'ONEAR' if ordered else 'NEAR'}/{distance}"
    raise QueryError(
        min(at + len(name), end - 1),
        message=Said(
            f"{name} needs the number of words that may stand between, such as {operator}.",
            f"{name} demande le nombre de mots qui peuvent s’intercaler, par exemple {operator}.",
        ),
        expected=Said("“/” and a whole number", "«\u00a0/\u00a0» puis un nombre entier"),
        fix=Fix(at, end, operator),
    )


def open_quote(token: Token) -> NoReturn:
    """A quotation mark without its other half."""
    at = token.start_pos or 0
    raise QueryError(
        at,
        message=Said(
            "This quotation mark has no other half.",
            "Ce guillemet n’a pas son pendant.",
        ),
        expected=Said("a closing quotation mark", "un guillemet fermant"),
        fix=Fix(at, at + 1, ""),
    )


def distance_of(operator: Token) -> int:
    """Return the n of NEAR/n.

    Raises
    ------
    QueryError
        When n is beyond reason.
    """
    number = operator.partition("/")[2]
    start = (operator.end_pos or 0) - len(number)
    return _bounded(number, start)


def slop_of(phrase: Token, number: str) -> int:
    """Return the n of ``"phrase"~n``.

    Raises
    ------
    QueryError
        When n is beyond reason.
    """
    return _bounded(number, (phrase.end_pos or 0) - len(number))


def _bounded(number: str, start: int) -> int:
    if len(number.lstrip("0")) <= len(str(MAX_DISTANCE)) and int(number) <= MAX_DISTANCE:
        return int(number)
    raise QueryError(
        start,
        message=Said(
            f"At most {MAX_DISTANCE} words may stand between. For words anywhere in the post, use AND.",
            f"Au plus {MAX_DISTANCE} mots peuvent s’intercaler. "
            "Pour des mots n’importe où dans la publication, utilisez AND.",
        ),
        expected=Said(f"a number up to {MAX_DISTANCE}", f"un nombre jusqu’à {MAX_DISTANCE}"),
        fix=Fix(start, start + len(number), str(MAX_DISTANCE)),
    )


def misplaced(token: Token, before: Token | None, length: int) -> QueryError:
    """A token that cannot follow what stands before it.

    Parameters
    ----------
    before : Token or None
        The token before, None at the start.
    length : int
        Length of the query.
    """
    at = length if token.type == "$END" else (token.start_pos or 0)
    if before is not None and before.type == "FIELD":
        return _field_without_value(before)
    if before is not None and before.type in _OPERATORS:
        return _dangling_after(before, token)
    if token.type in _OPERATORS:
        return _dangling_before(token)
    if token.type == "RPAR" and before is not None:
        start = before.start_pos or 0
        return QueryError(
            start,
            message=Said("These parentheses are empty.", "Ces parenthèses sont vides."),
            expected=A_TERM,
            fix=Fix(start, (token.end_pos or at), ""),
        )
    return stray(at)


def _field_without_value(name: Token) -> QueryError:
    end = name.end_pos or 0
    said = quoted(name)
    return QueryError(
        end,
        message=Said(f"{said.en} has no value.", f"{said.fr} n’a pas de valeur."),
        expected=A_VALUE,
        fix=Fix(name.start_pos or 0, end, ""),
    )


def _dangling_after(operator: Token, token: Token) -> QueryError:
    start, end = operator.start_pos or 0, operator.end_pos or 0
    said = quoted(operator)
    if operator.type == "NEAR" and token.type in {"NOT", "MINUS"}:
        return QueryError(
            token.start_pos or 0,
            message=Said(
                "NEAR stands between words, phrases and groups; an exclusion has no place in the post.",
                "NEAR relie des mots, des expressions et des groupes\u00a0; "
                "une exclusion n’a pas de place dans la publication.",
            ),
            expected=Said("a word, a “phrase” or a group", "un mot, une «\u00a0phrase\u00a0» ou un groupe"),
            fix=Fix(token.start_pos or 0, token.end_pos or 0, ""),
        )
    return QueryError(
        start,
        message=Said(f"{said.en} has nothing after it.", f"{said.fr} n’est suivi de rien."),
        expected=A_TERM,
        fix=Fix(start, end, ""),
    )


def _dangling_before(operator: Token) -> QueryError:
    start, end = operator.start_pos or 0, operator.end_pos or 0
    said = quoted(operator)
    return QueryError(
        start,
        message=Said(f"{said.en} has nothing before it.", f"{said.fr} n’est précédé de rien."),
        expected=A_TERM,
        fix=Fix(start, end, ""),
    )

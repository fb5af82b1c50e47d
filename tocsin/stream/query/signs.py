"""Terms that hold nothing but signs, which outside RAW do not count: what was probably meant."""

from typing import Final

from tocsin.stream.query.errors import Fix, QueryError, Said, quoted
from tocsin.stream.query.written import WrittenWord

_PUNCTUATION: Final = frozenset([".", ",", ";", ":", "/", "…", "•", "·", "¡", "¿", "=", ">", "<", "\\"])
_AS_OPERATORS: Final = {"&": "AND", "&&": "AND", "|": "OR", "||": "OR", "!": "NOT"}
_DASHES: Final = frozenset("-–—−")


def only_signs(word: WrittenWord) -> QueryError:
    """Return the error for a term that holds nothing but signs."""
    if not word.text.strip():
        return _nothing_quoted(word)
    said = quoted(word.text)
    meant, hint = _meant(word.text.strip())
    return QueryError(
        word.start,
        message=Said(
            f"{said.en} has neither letter, digit nor emoji. {hint.en}",
            f"{said.fr} n’a ni lettre, ni chiffre, ni emoji. {hint.fr}",
        ),
        expected=Said("a word, a number or an emoji", "un mot, un nombre ou un emoji"),
        fix=Fix(word.start, word.end, meant),
    )


def _meant(signs: str) -> tuple[str, Said]:
    """Return what the signs are replaced by in the proposal, and the sentence that tells it."""
    if signs in _DASHES:
        return "", Said(
            "An exclusion is written against its word: -job.",
            "Une exclusion se colle à son mot\u00a0: -emploi.",
        )
    operator = _AS_OPERATORS.get(signs)
    if operator:
        return operator, Said(f"Write {operator}.", f"Écrivez {operator}.")
    return "" if signs in _PUNCTUATION else f'RAW:"{signs}"', Said(
        'Signs count only in RAW, for example RAW:"C++".',
        'Les signes ne comptent que dans RAW, par exemple RAW:"C++".',
    )


def _nothing_quoted(word: WrittenWord) -> QueryError:
    return QueryError(
        word.start,
        message=Said(
            "There is nothing between these quotation marks.", "Il n’y a rien entre ces guillemets."
        ),
        expected=Said("a word, a number or an emoji", "un mot, un nombre ou un emoji"),
        fix=Fix(word.start, word.end, ""),
    )

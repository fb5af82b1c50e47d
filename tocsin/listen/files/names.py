"""Names that exports give to the columns of a post, in English and French, the surest first.

Gathered from the column heads of Brandwatch, Meltwater, Talkwalker, Visibrain, Agorapulse, Twitter's own
archive and common spreadsheets; written as `folded` writes them.
"""

import re
import unicodedata
from typing import Final

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "text": (
        "full text",
        "texte integral",
        "texte complet",
        "text",
        "texte",
        "tweet text",
        "tweet",
        "message",
        "contenu",
        "content",
        "body",
        "post message",
        "post text",
        "verbatim",
        "commentaire",
        "comment",
        "review text",
        "review",
        "avis",
        "caption",
        "legende",
        "hit sentence",
        "content snippet",
        "snippet",
        "extrait",
        "opening text",
        "texte de la publication",
        "texte du message",
        "description",
        "sentence",
        "publication",
        "mention",
        "post",
        "comments",
        "commentaires",
    ),
    "date": (
        "published at",
        "date de publication",
        "publication date",
        "date published",
        "published",
        "created at",
        "tweet created",
        "created time",
        "created",
        "timestamp",
        "datetime",
        "date time",
        "date heure",
        "date et heure",
        "date",
        "date utc",
        "date de creation",
        "creation date",
        "date de l avis",
        "review date",
        "posted at",
        "posted",
        "post date",
        "publie le",
        "date du message",
        "indexed",
    ),
    "time": ("time", "heure", "hour", "heure de publication"),
    "zone": ("timezone", "time zone", "fuseau horaire", "fuseau", "tz"),
    "author_handle": (
        "author handle",
        "screen name",
        "user screen name",
        "username",
        "user name",
        "author username",
        "nom d utilisateur",
        "handle",
        "pseudo",
        "from user",
        "identifiant auteur",
    ),
    "author_name": (
        "author name",
        "author full name",
        "extra author attributes name",
        "author",
        "auteur",
        "name",
        "nom de l auteur",
        "display name",
        "full name",
        "nom",
        "user",
        "utilisateur",
        "influencer",
        "reviewer",
        "from",
    ),
    "author_id": ("author id", "user id", "id auteur", "from user id", "user id str"),
    "url": (
        "url",
        "lien",
        "link",
        "permalink",
        "permalien",
        "mention url",
        "post url",
        "tweet url",
        "lien vers la publication",
        "url de la publication",
        "adresse",
    ),
    "network": (
        "network",
        "reseau",
        "reseau social",
        "social network",
        "plateforme",
        "platform",
        "page type",
        "source type",
        "type de source",
        "content source name",
        "canal",
        "channel",
        "source",
        "media type",
    ),
    "followers": (
        "followers",
        "abonnes",
        "followers count",
        "author followers",
        "nombre d abonnes",
        "twitter followers",
        "nb abonnes",
        "fans",
    ),
    "likes": (
        "likes",
        "j aime",
        "like count",
        "nombre de j aime",
        "favorite count",
        "favourites count",
        "favorites",
        "favourites",
        "twitter likes",
        "favoris",
        "reactions",
        "nb j aime",
    ),
    "reposts": (
        "retweet count",
        "retweets",
        "reposts",
        "repost count",
        "shares",
        "partages",
        "share count",
        "nombre de partages",
        "republications",
        "twitter retweets",
        "nb partages",
    ),
    "replies": (
        "reply count",
        "replies",
        "reponses",
        "comments count",
        "comment count",
        "nombre de commentaires",
        "nombre de reponses",
        "comments",
        "commentaires",
        "nb commentaires",
    ),
    "views": (
        "views",
        "view count",
        "vues",
        "nombre de vues",
        "impressions",
        "impression count",
        "play count",
    ),
    "rating": (
        "rating",
        "star rating",
        "review rating",
        "note",
        "etoiles",
        "nombre d etoiles",
        "stars",
        "notation",
    ),
    "lang": ("lang", "language", "langue", "tweet lang", "code langue"),
    "id": (
        "tweet id",
        "post id",
        "message id",
        "comment id",
        "review id",
        "mention id",
        "document id",
        "status id",
        "id str",
        "id",
        "identifiant",
        "id du message",
        "id de la publication",
        "guid",
        "resource id",
    ),
    "native_id": ("native id",),
    "title": ("title", "titre", "headline", "subject", "objet", "sujet", "titre de l article"),
    "kind": ("kind", "type", "content type", "post type", "message type", "type de publication"),
    "parent_id": (
        "parent id",
        "in reply to status id str",
        "in reply to status id",
        "in reply to",
        "reply to id",
    ),
    "repost_of": ("repost of", "retweeted status id", "retweet of", "retweeted status id str"),
    "conversation_id": ("conversation id", "thread id", "id conversation"),
    "media": ("media", "media url", "media urls", "image", "image url", "photo", "picture url"),
}

_WHOLE_NAME_ONLY: Final = frozenset({"zone", "time", "kind", "author_name", "title"})
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")


def folded(name: str) -> str:
    """Return a column's name in lower case, without accents or signs: ``« J’aime »`` gives ``j aime``."""
    decomposed = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name)).lower().replace("œ", "oe")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", plain).strip()


def rank(name: str, field: str) -> tuple[int, int] | None:
    """Return how sure it is that a column of this name holds the field: smaller is surer, None is not at all.

    A name counts too when it ends with a known one (``user screen name``, ``tweet full text``), less surely
    for every word before it.
    """
    words = folded(name)
    best: tuple[int, int] | None = None
    for place, known in enumerate(NAMES[field]):
        if words == known:
            return (0, place)
        if field not in _WHOLE_NAME_ONLY and words.endswith(" " + known):
            extra = len(words.split()) - len(known.split())
            if best is None or (extra, place) < best:
                best = (extra, place)
    return best


def is_known(name: str) -> bool:
    """Return whether any field has exactly this name."""
    words = folded(name)
    return any(words in known for known in NAMES.values())

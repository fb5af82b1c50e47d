"""Which column is what, in the exports that people have."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.listen.files.conftest import tell
from tocsin.listen.files.exceptions import FileUnusable
from tocsin.listen.files.names import folded

Write = Callable[..., Path]
CORPUS = (
    "tweet_id,airline_sentiment,airline,name,negativereason_gold,retweet_count,text,tweet_coord,tweet_created,"
    "tweet_location,user_timezone\n"
    '567588278875213824,neutral,Delta,lea_m,,0,@Berthier on hold again,"[32.07, -81.09]",'
    "2015-02-16 23:36:05 -0800,USA,Sydney\n"
    "567590027375702016,negative,Delta,max75,,2,@Berthier lost my bag,,2015-02-16 23:43:02 -0800,,"
    "Pacific Time (US & Canada)\n"
)

EXPORTS = {
    "Brandwatch": (
        "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,"
        "Author,Full Text,Twitter Followers,Mention Id\n"
        "1,Berthier,2015-02-24 10:35:00.0,Un titre,Bon…,https://twitter.com/lea/status/9,twitter.com,"
        'negative,twitter,fr,lea,"Bonjour, pain rassis",120,777\n',
        {
            "text": "Bonjour, pain rassis",
            "network": "x",
            "author_handle": "lea",
            "followers": 120,
            "native_id": "777",
            "lang": "fr",
            "title": "Un titre",
        },
    ),
    "Talkwalker": (
        "published;url;title;content;source_type;lang;extra_author_attributes.name;reach\n"
        "2015-02-24 10:35:00;https://www.facebook.com/p/1;;Encore une attente interminable;"
        "SOCIALMEDIA_FACEBOOK;fr;Léa M.;12\n",
        {
            "text": "Encore une attente interminable",
            "author_name": "Léa M.",
            "url": "https://www.facebook.com/p/1",
        },
    ),
    "Visibrain": (
        "Date;Réseau;Nom d'utilisateur;Nom;Texte;Abonnés;Nombre de partages;Nombre de j'aime;Lien;Langue\n"
        "24/02/2015 11:35;X (Twitter);lea;Léa M.;Pain rassis ce matin;1 234;2;3;https://x.com/lea/status/9;fr\n",
        {
            "text": "Pain rassis ce matin",
            "network": "x",
            "author_handle": "lea",
            "author_name": "Léa M.",
            "followers": 1234,
            "reposts": 2,
            "likes": 3,
        },
    ),
    "Agorapulse": (
        "Plateforme,Type,Date de publication,Auteur,Message,J’aime,Commentaires,Partages,Permalien\n"
        "Facebook,Commentaire,24/02/2015 11:35,Léa M.,Pain rassis ce matin,3,1,0,https://facebook.com/c/1\n",
        {
            "text": "Pain rassis ce matin",
            "network": "facebook",
            "kind": "comment",
            "likes": 3,
            "replies": 1,
            "reposts": 0,
        },
    ),
    "Twitter’s archive": (
        '"tweet_id","in_reply_to_status_id","timestamp","source","text","retweeted_status_id"\n'
        '"570","569","2015-02-24 10:35:00 +0000","<a href=""http://twitter.com"">Web</a>","Pain rassis",""\n',
        {"text": "Pain rassis", "network": "x", "id": "x:570", "parent_id": "x:569"},
    ),
    "reviews": (
        "Note;Avis;Date de l’avis;Nom\n4/5;Très bon accueil;24 février 2015;Léa M.\n",
        {"text": "Très bon accueil", "rating": 4.0, "kind": "review", "author_name": "Léa M."},
    ),
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_an_export_is_understood_without_being_told(file: Write, tool: str) -> None:
    content, expected = EXPORTS[tool]
    told = tell(file(content))
    assert told.rejected == []
    assert {name: getattr(told.posts[0], name) for name in expected} == expected
    assert told.posts[0].published_at is not None


def test_a_research_corpus_of_tweets_is_understood(file: Write) -> None:
    told = tell(file(CORPUS))
    assert told.rejected == []
    assert told.reader.columns == {
        "id": "tweet_id",
        "reposts": "retweet_count",
        "text": "text",
        "date": "tweet_created",
        "author_handle": "name",
    }
    assert told.posts[0].published_at == datetime(2015, 2, 17, 7, 36, 5, tzinfo=UTC)


def test_columns_without_known_names_are_found_by_what_they_hold(file: Write) -> None:
    rows = "".join(
        f"{n};https://a.example/{n};24/02/2015 11:{n:02};Une phrase assez longue numéro {n}\n"
        for n in range(20)
    )
    told = tell(file("a;b;c;d\n" + rows))
    assert told.reader.columns == {"url": "b", "date": "c", "text": "d"}


def test_comments_may_be_words_or_a_number_of_them(file: Write) -> None:
    words = tell(file("date,comments\n24/02/2015,Pain rassis ce matin\n"))
    number = tell(file("date,message,comments\n24/02/2015,Pain rassis ce matin,12\n"))
    assert words.texts == ["Pain rassis ce matin"]
    assert number.posts[0].replies == 12


def test_what_the_user_says_goes_before_any_guess(file: Write) -> None:
    path = file("date,text,réponse\n24/02/2015,Question posée,Réponse donnée\n")
    assert tell(path, {"text": "reponse"}).texts == ["Réponse donnée"]
    assert tell(path, {"date": ""}).posts[0].published_at is None


@pytest.mark.parametrize("chosen", [{"text": "absente"}, {"couleur": "text"}])
def test_a_column_or_field_that_does_not_exist_is_told(file: Write, chosen: dict[str, str]) -> None:
    with pytest.raises(FileUnusable, match=r"has no column absente|not a field"):
        tell(file("date,text\n24/02/2015,Bonjour\n"), chosen)


def test_a_file_without_text_is_refused_with_its_columns(file: Write) -> None:
    with pytest.raises(FileUnusable, match="among: date, montant"):
        tell(file("date,montant\n24/02/2015,12\n25/02/2015,13\n"))


def test_rows_without_text_or_with_an_impossible_date_are_rejected_with_their_line(file: Write) -> None:
    content = "date,texte\n24/02/2015,\n31/02/2015,Un\n01/01/1970,Deux\n01/01/2100,Trois\n"
    content += ",Quatre\n24/02/2015,Cinq\n"
    told = tell(file(content))
    assert told.texts == ["Cinq"]
    assert told.rejected == [
        (2, "no_text"),
        (3, "date"),
        (4, "too_early"),
        (5, "in_the_future"),
        (6, "no_date"),
    ]


def test_the_same_row_always_gets_the_same_identifier(file: Write) -> None:
    content = "date,auteur,texte\n24/02/2015 11:35,Léa M.,Pain rassis\n24/02/2015 11:36,Léa M.,Pain rassis\n"
    first, second = tell(file(content, "a.csv")), tell(file(content.replace(",", ";"), "b.csv"))
    assert [post.id for post in first.posts] == [post.id for post in second.posts]
    assert len({post.id for post in first.posts}) == 2


def test_the_order_of_day_and_month_is_sought_in_the_whole_file(file: Write) -> None:
    early = "".join(f"0{1 + n % 9}/02/2015,Message du début de fichier {n}\n" for n in range(4000))
    path = file("date,texte\n" + early + "02/25/2015,Fin de fichier\n")
    assert tell(path).reader.dates.order == "mdy"


def test_right_to_left_text_markup_and_emoji_are_kept_as_they_are(file: Write) -> None:
    texts = ["الخبز قديم جدا", "<script>alert(1)</script> pain", "😡 #jamais", "=HYPERLINK(1)"]
    told = tell(file("date,texte\n" + "".join(f'24/02/2015,"{text}"\n' for text in texts)))
    assert told.texts == texts


@pytest.mark.parametrize(
    ("name", "words"),
    [("« J’aime »", "j aime"), ("createdAt", "created at"), ("Réseau_Social", "reseau social")],
)
def test_names_are_compared_without_case_accents_or_signs(name: str, words: str) -> None:
    assert folded(name) == words

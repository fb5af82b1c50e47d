"""The compiled matcher and a naive reading of the same tree agree on any query and any post."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stream.query.asking import batch_of, post
from tests.stream.query.reference import matches
from tocsin.stream.fold import fold_batch
from tocsin.stream.post import Post
from tocsin.stream.query import Matcher, QueryError, WatchDefinition, parse, spans
from tocsin.stream.query.spans import Highlighter

WORDS = [
    "pain", "Pain", "pains", "l’eau", "d'été", "Été", "cœur", "COEUR", "l", "d", "qu'il", "a", "croissant",
    "#pain", "@pain", "#Été", "@maison_berthier", "maison", "Berthier", "berthier_", "東京", "京", "東",
    "ไทย", "삼성", "👍", "😡😡", "👍🏽", "naïve", "C++", "H&M", "2026", "3,5", "porte-monnaie",
    "ai", "contact@pain.fr",
]  # fmt: skip
JOINS = [" ", " ", " ", ", ", ". ", "\n", "", "-", " « ", "。"]
TERMS = [
    "pain", "PAIN", "l'eau", "été", "ete", "coeur", "cœur", "#pain", "@pain", "#ete", "maison", "berthier",
    "maison_berthier", "東京", "京", "ไทย", "삼성", "👍", "😡", "pain*", "p*n", "p?in",
    "?ain", "*sant", "c*r", "東?", "?京", "2026",
    "porte-monnaie", "h&m", "c++", "d", "ai", "'東'", "naive", "@mais*",
]  # fmt: skip

terms = st.sampled_from(TERMS)
phrases = st.lists(st.sampled_from(TERMS), min_size=1, max_size=3).map(lambda t: f'"{" ".join(t)}"')
loose = st.tuples(phrases, st.integers(0, 3)).map(lambda p: f"{p[0]}~{p[1]}")
places = st.one_of(terms, phrases, loose)
fields = st.sampled_from(
    [
        'RAW:"C++"', "RAW:Pain", "RAW:東", "RAW:Été", "TITLE:pain", 'TITLE:("pain maison" OR été)',
        "TITLE:(pain NEAR/2 maison)", "network:x", "network:(x OR avis)", "network:a*", "lang:fr",
        "kind:review", "followers:>100", "followers:<=100", "rating:<3", "rating:>=3", "has:media",
        "has:title", "site:pain.fr",
        "author:marie", 'author:"marie d\'été"', "author:mar*",
    ]
)  # fmt: skip


def nears(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["NEAR/0", "NEAR/1", "NEAR/3", "ONEAR/0", "ONEAR/2"])
    return st.tuples(parts, operators, parts).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})")


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from([" ", " AND ", " OR ", "\n", " NOT ", " -", " ET ", " OU "])
    return st.tuples(parts, operators, parts).map(lambda p: f"({p[0]}){p[1]}({p[2]})")


near_groups = st.recursive(places, lambda inner: st.one_of(nears(inner), joined(inner)), max_leaves=4)
queries = st.recursive(
    st.one_of(places, fields, nears(near_groups)),
    lambda inner: st.one_of(joined(inner), st.tuples(inner, inner).map(" OR NOT ".join)),
    max_leaves=6,
)
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINS)), max_size=12).map(
    lambda pieces: "".join(word + join for word, join in pieces)
)
posts = st.builds(
    post,
    texts,
    title=st.one_of(st.just(""), texts),
    network=st.sampled_from(["x", "avis", "Twitter"]),
    lang=st.sampled_from(["", "fr", "fr-CA", "en"]),
    kind=st.sampled_from(["post", "review"]),
    followers=st.sampled_from([None, 0, 100, 101]),
    rating=st.sampled_from([None, 2.0, 3.0, 5.0]),
    media=st.sampled_from([[], ["https://pain.fr/a.jpg"]]),
    url=st.sampled_from(["", "https://pain.fr/1", "https://www.pain.fr/2", "https://nopain.fr"]),
    author_handle=st.sampled_from(["", "@marie", "marie_pain"]),
    author_name=st.sampled_from(["", "Marie", "Marie d’Été"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(queries, min_size=1, max_size=6), st.lists(posts, min_size=1, max_size=6))
def test_the_matcher_agrees_with_a_naive_reading(written: list[str], given_posts: list[Post]) -> None:
    watches = []
    nodes = {}
    for i, query in enumerate(written, 1):
        try:
            nodes[i] = parse(query)
        except QueryError:
            continue
        watches.append(WatchDefinition(i, 1, 1, query))
    batch = batch_of(given_posts)
    found = Matcher(watches).match(batch, fold_batch(batch.text))
    expected = [
        (i, row) for i, node in nodes.items() for row, one in enumerate(given_posts) if matches(node, one)
    ]
    assert list(zip(found.watch.tolist(), found.row.tolist(), strict=True)) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(queries, posts)
def test_what_is_highlighted_lies_in_the_text_and_only_where_the_query_matches(query: str, one: Post) -> None:
    try:
        node = parse(query)
    except QueryError:
        return
    holds = matches(node, one)
    assert Highlighter(node).matches(one) is holds
    for part, text in (("text", one.text), ("title", one.title)):
        found = spans(node, one, part=part)  # type: ignore[arg-type]  # one of the two literals
        assert holds or not found
        assert all(0 <= start < end <= len(text) for start, end in found)
        assert all(a[1] <= b[0] for a, b in pairwise(found))

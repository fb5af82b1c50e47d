"""What a query means, told again as naively as can be: no index, no table, no shortcut.

It shares with the engine the parser's tree and nothing else: folding, words and evaluation are its own.
"""

import fnmatch
import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from tocsin.stream.post import Post
from tocsin.stream.query import nodes as n

LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"}
APOSTROPHES = "'’‘ʼ`´"
CJK = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
DROPPED = "\ufe0f\u00ad\u200b" + "".join(map(chr, range(0x1F3FB, 0x1F400)))


@dataclass
class Word:
    text: str
    sign: str
    position: int
    touches: bool


def letters(text: str) -> str:
    """Return lower-case letters without accents, signs kept."""
    folded = []
    for character in text:
        if character in DROPPED:
            continue
        if character in APOSTROPHES:
            folded.append("'")
            continue
        parts = unicodedata.normalize("NFD", character.lower())
        folded += [LIGATURES.get(part, part) for part in parts if not 0x300 <= ord(part) <= 0x36F]
    return unicodedata.normalize("NFC", "".join(folded))


def words(text: str) -> list[Word]:
    """Return the words of a text with their positions; l’, d’ and qu’ stand where their word stands."""
    found: list[tuple[str, str, str]] = []
    gap = current = sign = ""
    for character in f"{letters(text)}\n":
        alone = bool(CJK.match(character) or EMOJI.match(character))
        if (character.isalnum() and not alone) or (character == "_" and current):
            if not current:
                sign = sign_before(gap, found)
            current += character
            continue
        if current:
            bare = current.rstrip("_")
            found.append((gap, sign, bare))
            gap, current = current[len(bare) :], ""
        if alone:
            found.append((gap, sign_before(gap, found), character))
            gap = ""
        else:
            gap += character
    return placed(found)


def sign_before(gap: str, found: list[tuple[str, str, str]]) -> str:
    """Return the # or @ that begins a hashtag or handle: not one that touches a word with letters."""
    touches = gap in {"#", "@"} and bool(found) and not (CJK.match(found[-1][2]) or EMOJI.match(found[-1][2]))
    return gap[-1:] if gap[-1:] in {"#", "@"} and not touches else ""


def placed(found: list[tuple[str, str, str]]) -> list[Word]:
    result = []
    position = 0
    for i, (gap, sign, text) in enumerate(found):
        result.append(Word(text, sign, position, gap.strip() == "" and len(gap) <= 1))
        following = found[i + 1] if i + 1 < len(found) else None
        elided = (
            text in {"l", "d", "qu"}
            and following is not None
            and following[0] in {"'", " "}
            and len(following[2]) > 1
        )
        position += not elided
    return result


def matches(node: n.Node, post: Post) -> bool:
    """Return whether a query holds for a post."""
    match node:
        case n.And():
            return all(matches(child, post) for child in node.children)
        case n.Or():
            return any(matches(child, post) for child in node.children)
        case n.Not():
            return not matches(node.child, post)
        case n.Term() | n.Loose() | n.Near():
            parts = [words(post.title)] if is_title(node) else [words(post.title), words(post.text)]
            return any(bool(places(node, part)) for part in parts)
        case n.Raw():
            texts = [post.title] if node.title else [post.title, post.text]
            return any(written(node.text, text) for text in texts)
    return field(node, post)


def is_title(node: n.Node) -> bool:
    match node:
        case n.Term() | n.Loose():
            return node.title
        case n.Near():
            return is_title(node.left)
        case n.Or():
            return is_title(node.children[0])
    raise AssertionError(node)


def is_token(token: n.Token, word: Word) -> bool:
    if token.sign and word.sign != token.sign:
        return False
    if token.text == n.ANY and CJK.match(word.text):
        return True
    if not token.wild:
        return word.text == token.text
    return fnmatch.fnmatchcase(word.text, token.text)


def places(node: n.Node, found: list[Word]) -> set[tuple[int, int]]:
    """Return every stretch of positions where a textual node stands."""
    match node:
        case n.Term():
            return phrase(node.tokens, found)
        case n.Or():
            return set().union(*(places(child, found) for child in node.children))
        case n.Loose():
            return loose(node, found)
        case n.Near():
            return near(node, found)
    raise AssertionError(node)


def phrase(tokens: tuple[n.Token, ...], found: list[Word]) -> set[tuple[int, int]]:
    result = set()
    for start in range(max((word.position for word in found), default=-1) + 1):
        standing = [
            [word for word in found if word.position == start + i and is_token(token, word)]
            for i, token in enumerate(tokens)
        ]
        apart = any(
            token.joined and any(not word.touches for word in found if word.position == start + i)
            for i, token in enumerate(tokens)
        )
        if all(standing) and not apart:
            result.add((start, start + len(tokens) - 1))
    return result


def loose(node: n.Loose, found: list[Word]) -> set[tuple[int, int]]:
    columns = [{word.position for word in found if is_token(token, word)} for token in node.tokens]
    return {
        (min(chosen), max(chosen))
        for chosen in product(*columns)
        if len(set(chosen)) == len(chosen) and max(chosen) - min(chosen) + 1 - len(chosen) <= node.distance
    }


def near(node: n.Near, found: list[Word]) -> set[tuple[int, int]]:
    result = set()
    for a, b in product(places(node.left, found), places(node.right, found)):
        if 0 <= b[0] - a[1] - 1 <= node.distance:
            result.add((a[0], b[1]))
        if not node.ordered and 0 <= a[0] - b[1] - 1 <= node.distance:
            result.add((b[0], a[1]))
    return result


def written(wanted: str, text: str) -> bool:
    for start in range(len(text)):
        end = start + len(wanted)
        if text[start:end] == wanted and not runs_on(text, start) and not runs_on(text, end):
            return True
    return False


def runs_on(text: str, at: int) -> bool:
    if at in {0, len(text)}:
        return False
    pair = text[at - 1], text[at]
    return all(c.isalnum() or c == "_" for c in pair) and not any(CJK.match(c) for c in pair)


def field(node: n.Node, post: Post) -> bool:  # noqa: PLR0911 - one line a field
    match node:
        case n.Author():
            names = (post.author_handle, post.author_name, post.author_id)
            return any(bool(phrase(node.tokens, words(name))) for name in names)
        case n.Network():
            name = letters(post.network)
            return fnmatch.fnmatchcase({"twitter": "x"}.get(name, name), node.pattern)
        case n.Language():
            return post.lang.lower().replace("_", "-").split("-")[0] == node.code
        case n.Site():
            host = re.sub(r"^\w+://", "", post.url).split("/")[0]
            return host == node.host or host.endswith("." + node.host)
        case n.Kind():
            return post.kind == node.name
        case n.Figure():
            value = getattr(post, node.column)
            python = "==" if node.comparison == "=" else node.comparison
            return value is not None and bool(eval(f"{value} {python} {node.value}"))
        case n.Has():
            return bool(getattr(post, node.what)) if node.what != "rating" else post.rating is not None
    raise AssertionError(node)

"""HTML from outside to plain text; and XML from outside, refused when it declares entities."""

import codecs
import re
from html import unescape
from typing import Final

from lxml import html  # type: ignore[import-untyped]  # lxml has no types
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # likewise

_TAG: Final = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_BLOCKS: Final = ("p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "article")
_SILENT: Final = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "title")
_MANY_SPACES: Final = re.compile(r"[^\S\n]+")
_MANY_LINES: Final = re.compile(r"\s*\n\s*\n\s*|\s*\n\s*")
_DOCTYPE_SUBSET: Final = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)
_CDATA: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']{1,60})[\"']", re.IGNORECASE)
_TAMED: Final = re.compile(
    r"utf-?8(-sig)?|utf-?(16|32)(-?[lb]e)?|u8|ascii|us-ascii|latin-?1|iso-?8859-?\d{1,2}|iso8859-\d{1,2}|cp125\d"
    r"|windows-?125\d|koi8-[ru]|mac-roman|shift_jis|euc_jp|euc_kr|gb2312|gbk|gb18030|big5|cp932|cp949",
    re.IGNORECASE,
)
MAX_HTML: Final = 2 << 20


def plain_text(markup: str) -> str:
    """Return the text that a reader of some HTML would see; scripts and styles are nothing to read."""
    if not _TAG.search(markup):
        return " ".join(markup.split())
    try:
        root = html.fragment_fromstring(markup[:MAX_HTML].replace("\x00", ""), create_parent="div")
    except (LxmlError, ValueError):
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup[:MAX_HTML])).split())
    for element in root.iter(*_SILENT):
        element.text = None
        for child in list(element):
            element.remove(child)
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
    text = _MANY_SPACES.sub(" ", str(root.text_content()))
    return _MANY_LINES.sub("\n", text).strip()


def declares_entities(document: bytes) -> bool:
    """Return whether an XML document declares entities, or hides what it declares behind an odd encoding.

    Notes
    -----
    A feed needs neither. NULs are dropped first, so that UTF-16 hides nothing; character data and comments
    may say what they like.
    """
    seen = document.replace(b"\x00", b"")
    if (declared := _DECLARED.search(seen[:2000])) and not _is_tame(declared[1].decode("ascii", "replace")):
        return True
    return _DOCTYPE_SUBSET.search(_CDATA.sub(b"", seen)) is not None


def _is_tame(encoding: str) -> bool:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return False
    return _TAMED.fullmatch(name.replace("_", "-")) is not None or _TAMED.fullmatch(name) is not None

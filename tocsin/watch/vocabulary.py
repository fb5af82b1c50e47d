"""What is understood of posts, in the words of the pages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.stream.understand.words import EMOTIONS, EXPECTATIONS, TOPICS

SENTIMENT_WORDS: dict[int, Any] = {-1: _("negative"), 0: _("neutral"), 1: _("positive")}
SENTIMENT_NAMES = {"negative": -1, "neutral": 0, "positive": 1}

EMOTION_WORDS: dict[str, Any] = {
    "anger": _("anger"),
    "frustration": _("frustration"),
    "disappointment": _("disappointment"),
    "fear": _("fear"),
    "sadness": _("sadness"),
    "disgust": _("disgust"),
    "joy": _("joy"),
    "gratitude": _("gratitude"),
}

EXPECTATION_WORDS: dict[str, Any] = {
    "refund": _("a refund"),
    "replacement": _("a replacement"),
    "repair": _("a repair"),
    "explanation": _("an explanation"),
    "apology": _("an apology"),
    "information": _("information"),
    "recognition": _("recognition"),
    "action": _("action"),
    "contact": _("contact with someone"),
}

TOPIC_WORDS: dict[str, Any] = {
    "delivery": _("delivery"),
    "quality": _("quality"),
    "price": _("price"),
    "service": _("service"),
    "billing": _("billing"),
    "safety": _("safety"),
    "data": _("personal data"),
    "ethics": _("ethics"),
    "communication": _("communication"),
    "staff": _("staff"),
    "availability": _("availability"),
    "other": _("something else"),
}

NETWORK_NAMES: dict[str, Any] = {
    "bluesky": "Bluesky",
    "facebook": "Facebook",
    "file": _("File"),
    "forum": _("Forum"),
    "google": "Google",
    "googleplay": "Google Play",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "press": _("Press"),
    "reddit": "Reddit",
    "reviews": _("Reviews"),
    "rss": _("Press and feeds"),
    "tiktok": "TikTok",
    "trustpilot": "Trustpilot",
    "twitter": "X (Twitter)",
    "web": _("Web"),
    "x": "X",
    "youtube": "YouTube",
}

LANGUAGE_NAMES: dict[str, Any] = {
    "fr": _("French"),
    "en": _("English"),
    "de": _("German"),
    "es": _("Spanish"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pt": _("Portuguese"),
    "ar": _("Arabic"),
    "pl": _("Polish"),
    "tr": _("Turkish"),
    "zh": _("Chinese"),
    "ja": _("Japanese"),
    "ru": _("Russian"),
    "und": _("undetermined"),
}


def network_name(network: str) -> str:
    """Return a network's name as people know it."""
    return str(NETWORK_NAMES.get(network, network.capitalize()))


def language_name(code: str) -> str:
    """Return a language's name."""
    return str(LANGUAGE_NAMES.get(code, code))


def topic_bit(name: str) -> int:
    """Return the bit of a topic in a mask; 0 for an unknown name."""
    return _bit(TOPICS, name)


def emotion_bit(name: str) -> int:
    """Return the bit of an emotion in a mask; 0 for an unknown name."""
    return _bit(EMOTIONS, name)


def _bit(names: Iterable[str], name: str) -> int:
    order = list(names)
    return 1 << order.index(name) if name in order else 0


def topics_in(mask: int) -> list[str]:
    """Return the words of the topics of a mask; “something else” is not worth saying."""
    return [
        str(TOPIC_WORDS[name]) for place, name in enumerate(TOPICS) if mask >> place & 1 and name != "other"
    ]


def emotions_in(mask: int) -> list[str]:
    """Return the words of the emotions of a mask."""
    return [str(EMOTION_WORDS[name]) for place, name in enumerate(EMOTIONS) if mask >> place & 1]


def expectations_in(mask: int) -> list[str]:
    """Return the words of the expectations of a mask."""
    return [str(EXPECTATION_WORDS[name]) for place, name in enumerate(EXPECTATIONS) if mask >> place & 1]

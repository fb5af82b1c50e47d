"""A text message crosses other people's machines and lights up a phone on a table: it says where to look."""

from __future__ import annotations

import pytest

from tocsin.gate import notices

FREE = ("Du verre dans un pain", "Prévenir les parents du petit Hugo", "Lot L2311")
"""What people wrote in the room, as the title, the task and the reason of a freeze."""


@pytest.mark.parametrize("channel", ["sms", "voice", "push"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", [one.name for one in notices.registered() if one.name.startswith("crisis.")])
def test_what_people_wrote_in_a_room_is_in_no_short_text(name: str, language: str, channel: str) -> None:
    sample = next(one.sample for one in notices.registered() if one.name == name)
    title, task, reason = FREE
    text = notices.render(name, language, {**sample, "title": title, "task": task, "reason": reason}, channel)
    assert str(sample["brand"]) in text.body
    assert [words for words in FREE if words in text.body] == []

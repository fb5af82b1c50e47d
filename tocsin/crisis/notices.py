"""The notices of rooms; their texts stand in ``templates/crisis/notices/``."""

from tocsin.gate.notices import register

ABOUT = {
    "title": "Corps étranger dans un pain",
    "brand": "Maison Berthier",
    "link": "https://tocsin.example.org/rooms/7/",
}

register(
    "crisis.task_late",
    purpose="Who does a task of a crisis, and who leads, are told that its time is over.",
    sample={**ABOUT, "task": "Retirer le lot des rayons", "owner": "Nadia Benali", "due": "22/11 à 03 h 27"},
    short=True,
)
register(
    "crisis.update_soon",
    purpose="The people of a room are told that others are to hear news in a quarter of an hour.",
    sample={**ABOUT, "minutes": 15, "due": "22/11 à 04 h 00"},
    short=True,
)
register(
    "crisis.stood_down",
    purpose="Everybody who was called out or was on is told that the crisis is over.",
    sample={**ABOUT, "closed": "22/11 à 09 h 30"},
    short=True,
)

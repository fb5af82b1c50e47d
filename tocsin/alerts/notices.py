"""The notices of alerts; their texts stand in ``templates/alerts/notices/``."""

from tocsin.gate.notices import register

SAMPLE = {
    "name": "Maison Berthier",
    "brand": "Maison Berthier",
    "title": "Mentions négatives\u00a0: 14 en 15\u00a0min, 2 d’habitude",
    "level": "orange",
    "began": "22/11, 14:05",
    "reasons": ["14 négatives en 15 min", "9 auteurs"],
    "false_alarms": "3 / 11",
    "link": "https://tocsin.example.org/alerts/12/",
    "journal_place": 1204,
    "journal_anchor": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
}

register("alerts.raised", short=True, purpose="A member is told of a new alert.", sample=SAMPLE)
register("alerts.escalated", short=True, purpose="A member is told that an alert grew.", sample=SAMPLE)
register("alerts.woken", short=True, purpose="An alert put aside is back and still goes on.", sample=SAMPLE)
register("alerts.source_dead", purpose="A source brings nothing: what it followed is unseen.", sample=SAMPLE)

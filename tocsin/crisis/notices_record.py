"""The notices of freezes and handovers; their texts stand in ``templates/crisis/notices/``."""

from tocsin.gate.notices import register

register(
    "crisis.freeze_soon",
    purpose="Who froze a brand’s publications, and who leads, are told an hour before the freeze ends.",
    sample={
        "brand": "Maison Berthier",
        "until": "23/11 à 08\u00a0h\u00a000",
        "link": "https://tocsin.example.org/freeze/maison-berthier/",
    },
    short=True,
)
register(
    "crisis.handover_due",
    purpose="Who has been on for four hours without a handover, and who leads, are told that one is due.",
    sample={
        "title": "Corps étranger dans un pain",
        "brand": "Maison Berthier",
        "name": "Yanis Morel",
        "hours": 4,
        "link": "https://tocsin.example.org/rooms/7/handover/",
    },
    short=True,
)

"""The notices of plans; their texts stand in ``templates/plan/notices/``."""

from tocsin.gate.notices import register

SAMPLE = {
    "brand": "Maison Berthier",
    "number": 3,
    "link": "https://tocsin.example.org/plan/maison-berthier/",
}

register("plan.review_due", purpose="A plan’s owner is told that it is to be gone through.", sample=SAMPLE)

"""The notices of plans; their texts stand in ``templates/plan/notices/``."""

from tocsin.gate.notices import register

SAMPLE = {
    "brand": "Maison Berthier",
    "number": 3,
    "link": "https://tocsin.example.org/plan/maison-berthier/",
}

PROBE = {
    "company": "Maison Berthier",
    "name": "Nadia Benali",
    "line": "+33\u00a06\u00a012\u00a034\u00a056\u00a078",
    "owner": "Claire Vasseur",
    "days": 14,
    "link": "https://tocsin.example.org/p/3rV0iT8Q9vPZc1s2yXk7QwAB0mNfLp4D5uE6hG8jK9lMzXcVbNm/",
}

register("plan.review_due", purpose="A plan’s owner is told that it is to be gone through.", sample=SAMPLE)
register(
    "plan.probe",
    purpose="A contact is asked, on each of their lines, whether it is still theirs.",
    sample=PROBE,
    short=True,
)
register(
    "plan.probe_answered",
    purpose="A plan’s owner is told that a contact is no longer reached as planned, or no longer does this.",
    sample={"name": "Nadia Benali", "gone": True, "link": "https://tocsin.example.org/contacts/4/"},
)
register(
    "plan.proposed",
    purpose="Approvers are told that a version of a plan waits for them.",
    sample={**SAMPLE, "who": "Yanis Morel", "summary": "Deux suppléants de plus"},
)
register(
    "plan.approved",
    purpose="The author of a version of a plan is told that it is in force.",
    sample={**SAMPLE, "who": "Claire Vasseur"},
)
register(
    "plan.sent_back",
    purpose="The author of a version of a plan is told what is to be mended.",
    sample={**SAMPLE, "who": "Claire Vasseur", "why": "Le numéro de l’agence manque"},
)

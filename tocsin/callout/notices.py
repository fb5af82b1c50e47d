"""The notices of call-outs; their texts stand in ``templates/callout/notices/``."""

from tocsin.gate.notices import register

LINK = "https://tocsin.example.org/c/AbCdEf0123456789/"
SAMPLE: dict[str, object] = {
    "organisation": "Maison Berthier",
    "brand": "Maison Berthier",
    "scenario": "Produit contaminé ou défectueux",
    "level": "orange",
    "who": "Claire Vasseur",
    "since": "22/11, 14:05",
    "minutes": 10,
    "name": "Nadia Benali",
    "roles": ["Qualité", "Opérations"],
    "link": LINK,
    "coming": f"{LINK}?a=coming",
    "later": f"{LINK}?a=later",
    "unable": f"{LINK}?a=unable",
    "board": "https://tocsin.example.org/call-outs/7/",
    "asked": True,
}

register(
    "callout.called", purpose="Somebody is called for a role of the crisis team.", sample=SAMPLE, short=True
)
register(
    "callout.reminded",
    purpose="Who did not answer a call yet is called again, by the next way.",
    sample=SAMPLE,
    short=True,
)
register(
    "callout.expected",
    purpose="Who said that they would come is asked whether they are there.",
    sample=SAMPLE,
    at_any_hour=True,
    short=True,
)
register(
    "callout.released",
    purpose="Who was called and did not answer is told that somebody else comes.",
    sample=SAMPLE,
    at_any_hour=True,
    short=True,
)
register(
    "callout.stood_down",
    purpose="Everybody who was called is told that the call-out is over.",
    sample=SAMPLE,
    at_any_hour=True,
    short=True,
)
register(
    "callout.false_alarm",
    purpose="Everybody who was called is told that it was a false alarm.",
    sample=SAMPLE,
    at_any_hour=True,
    short=True,
)
register(
    "callout.nobody_answers",
    purpose="Leads, administrators and who launched a call-out are told that nobody answers for a role.",
    sample=SAMPLE,
    short=True,
)

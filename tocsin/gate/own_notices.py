"""The gate's own notice: a trial of a way out; its texts stand in ``templates/gate/notices/``."""

from tocsin.gate.notices import register

register(
    "gate.trial",
    purpose="Somebody who leads tries a way out from the settings, and waits for it.",
    sample={
        "who": "Claire Vasseur",
        "organisation": "Maison Berthier",
        "link": "https://tocsin.example.org/settings/messages/",
    },
    at_any_hour=True,
    short=True,
)

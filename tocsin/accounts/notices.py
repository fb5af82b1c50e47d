"""The notices of accounts; their texts stand in ``templates/accounts/notices/``."""

from tocsin.gate.notices import register

register(
    "accounts.password_reset",
    purpose="Somebody asked for a new password, and is waiting in front of the page.",
    sample={
        "name": "Claire Vasseur",
        "link": "https://tocsin.example.org/accounts/password/reset/key/1-abc/",
    },
    at_any_hour=True,
)

"""What somebody needs to look at the demonstration, as a block of lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tocsin.listen.demo import SignIn


def block(address: str, sign_in: SignIn) -> str:
    """Return what somebody needs to look at the demonstration."""
    lines = [
        (_("Address"), address),
        (_("E-mail"), sign_in.email),
        (_("Password"), sign_in.password),
    ]
    width = max(len(name) for name, _value in lines)
    told = [f"  {name:<{width}}   {value}" for name, value in lines]
    return "\n".join(
        [
            "",
            _("The demonstration of Tocsin is ready. A crisis begins once somebody opens the first page."),
            "",
            *told,
            "",
            _("You are %(name)s (%(title)s). Everybody else of the company has the same password.")
            % {"name": sign_in.name, "title": sign_in.title},
            "",
        ]
    )

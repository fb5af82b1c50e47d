"""The words that a kit writes around what the plan says, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def labels() -> dict[str, str]:
    """Return the titles of the kit's parts."""
    return {
        "kit": _("Crisis plan: offline kit"),
        "personal": _("Personal data"),
        "private": _("Personal data: keep it safe"),
        "private_why": _(
            "This kit holds names and numbers of people. Keep it where only the crisis team finds it, send it"
            " to nobody, and destroy it when a new one is made."
        ),
        "who": _("Who to call, in this order"),
        "who_why": _(
            "In each role, call the first name. No answer: the next way to reach them, then the next name."
            " Say who you are, what happened, and what you need from them now."
        ),
        "others": _("Also within reach"),
        "nobody": _("Nobody holds this role"),
        "deputy": _("deputy"),
        "doubted": _("doubtful, try last"),
        "scenarios": _("Scenarios"),
        "first": _("First fifteen minutes"),
        "nothing_first": _("Nothing is planned for the first fifteen minutes. Call who decides."),
        "decides": _("Decides"),
        "calls": _("Call in this order"),
        "when": _("This is the scenario when"),
        "vigilance": _("From this vigilance on:"),
        "if": pgettext("before a task’s condition", "If:"),
        "severities": _("How grave it is"),
        "facts": _("The facts, in one version"),
        "facts_why": _("Fill these in before anything is said. Every message takes them from here."),
        "messages": _("Messages"),
        "messages_why": _("None can be sent as it stands: fill every blank first."),
        "subject": _("Subject:"),
        "questions": _("Questions to expect"),
        "avoid": _("What not to say"),
        "ends": _("How it ends"),
        "responsibility": _("What the company answers for"),
        "evidence": _("For"),
        "doubts": _("Against"),
        "denial": _("Before denying"),
        "duties": _("What the law asks for"),
        "duties_why": _("To be confirmed by the lawyer."),
        "due": _("due"),
        "notes": _("Notes"),
        "message": _("Message"),
        "page": _("p."),
        "contents": _("What stands where"),
        "after": _("After the first fifteen minutes"),
        "rota": _("On call"),
        "rota_why": _(
            "Who is on call is called first. No answer: the names of their role, then those who decide."
        ),
        "rota_nobody": _("nobody"),
        "missing": _("A sign that could not be printed stands as ▯: read it on the screen."),
    }


def begins(what: str) -> str:
    """Return what is written beside the day from which a legal duty counts."""
    return {
        "publication": _("Published on"),
        "request": _("Asked for on"),
    }.get(what, _("Facts discovered on"))

"""What to mend in a draft, and how a file was taken, in sentences of the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tocsin.plan import words
from tocsin.plan.document.checking import Fault
from tocsin.plan.document.markdown.blocks import NotAPlan
from tocsin.plan.document.markdown.reading import Remark
from tocsin.plan.document.structure import AUDIENCES, CHANNELS

LANGUAGES: Final = {"fr": gettext_lazy("French"), "en": gettext_lazy("English")}

REMEDIES: Final = {
    "cycle": gettext_noop("These tasks wait for each other, so that none can begin: %(about)s."),
    "unknown_role": gettext_noop(
        "The role “%(about)s” is not in the plan. Choose another, or add it to the roles."
    ),
    "unknown_task": gettext_noop("This waits for the task “%(about)s”, which is not in the protocol."),
    "unknown_message": gettext_noop("This sends the message “%(about)s”, which is not in the message bank."),
    "unknown_duty": gettext_noop("The legal duty “%(about)s” is not among those that Tocsin knows."),
    "twice": gettext_noop("“%(about)s” is there twice. Remove one, or give it another name."),
    "no_protocol": gettext_noop("There is nothing to do yet: add the first task."),
    "slow_start": gettext_noop("Nothing is done in the first fifteen minutes."),
    "no_decider": gettext_noop("Nobody decides: say which role does."),
    "no_message": gettext_noop("No message is prepared."),
    "no_slot": gettext_noop(
        "This message could be sent as it stands. Leave a slot for a fact of the day, such as [[place]]."
    ),
    "unknown_fact": gettext_noop("No fact fills the slot [[%(about)s]]. Add it to the facts to establish."),
    "untranslated": gettext_noop("Words are missing in %(about)s, beginning with “%(part)s”."),
    "empty_excuse": gettext_noop(
        "“%(about)s” excuses without naming anything. Say what happened, and to whom."
    ),
    "undated_promise": gettext_noop("“%(about)s” promises without saying when. Give an hour or a day."),
    "no_end": gettext_noop("Nothing says how it ends."),
    "no_question": gettext_noop("No question is prepared for."),
}

REMARKS: Final = {
    "note": gettext_noop(
        "The section “%(about)s” has no place of its own in a scenario: it was kept as a note."
    ),
    "message": gettext_noop(
        "“%(about)s” names no audience and channel, or one that is there already: it was kept as a note."
    ),
    "grade": gettext_noop("“%(about)s” is no grade from 1 to 5: 3 was taken."),
    "level": gettext_noop("“%(about)s” is no level of vigilance (yellow, orange, red): it was left out."),
    "responsibility": gettext_noop(
        "“%(about)s” is no responsibility (victim, accidental, preventable): it was left out."
    ),
    "role": gettext_noop("The task “%(about)s” has no role: say who does it."),
}

UNREADABLE: Final = {
    "long": gettext_noop("The file is too long: a scenario has at most %(about)s characters."),
    "front": gettext_noop("What stands between the first two lines “---” cannot be read: %(about)s"),
    "untitled": gettext_noop(
        "The file has no title: begin it with a line such as “# Product contamination”."
    ),
    "encoding": gettext_noop("The file is no text in UTF-8. Save it as such and bring it again."),
    "twice": gettext_noop(
        "Another file already says this scenario in this language: this one was not taken."
    ),
    "cycle": gettext_noop(
        "Tasks wait for each other, so that none can begin: %(about)s. Change what one of them waits for in "
        "the file, and bring it again."
    ),
    "roles": gettext_noop("The roles and risks in the file cannot be read: %(about)s"),
}


def remedy(fault: Fault) -> str:
    """Say a fault beside what it concerns, and what mends it."""
    sentence = REMEDIES.get(fault.code)
    if sentence is None:
        return f"{fault.code} {fault.about}".strip()
    about = str(LANGUAGES.get(fault.about, fault.about)) if fault.code == "untranslated" else fault.about
    if fault.code == "unknown_message":
        about = words.message(fault.about)
    return _(sentence) % {"about": about, "part": fault.part}


def remark_words(remark: Remark) -> str:
    """Say in a sentence how a line of a file was taken."""
    sentence = REMARKS.get(remark.code)
    return _(sentence) % {"about": remark.about} if sentence else f"{remark.code} {remark.about}"


def unreadable_words(error: NotAPlan) -> str:
    """Say in a sentence why a file was not taken."""
    sentence = UNREADABLE.get(error.code)
    return _(sentence) % {"about": error.about[:300]} if sentence else str(error)


def audiences() -> list[tuple[str, str]]:
    """Return the audiences as choices, in the order in which they hear of it."""
    return [(code, words.audience(code)) for code in AUDIENCES]


def channels() -> list[tuple[str, str]]:
    """Return the channels as choices."""
    return [(code, words.channel(code).capitalize()) for code in CHANNELS]

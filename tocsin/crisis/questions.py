"""What people ask, and what they were told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.crisis.commands import cleaned
from tocsin.crisis.models import Crisis, Question
from tocsin.crisis.recording import ChangedMeanwhile, opened, record, short
from tocsin.crisis.tasks import NotSaid
from tocsin.journal.models import Entry

LONGEST, LONGEST_ANSWER = 500, 4000


@transaction.atomic
def ask(crisis: Crisis, actor: User, text: str, *, narrative: int = 0) -> tuple[Question, Entry]:
    """Note what people ask.

    Parameters
    ----------
    narrative
        Number of the narrative in which they ask it; 0 for none.

    Raises
    ------
    NotSaid
        When it says nothing, or too much.
    """
    row = opened(crisis)
    said = cleaned(text)
    if not said:
        raise NotSaid(_("Say what people ask. Nothing was kept."))
    if len(said) > LONGEST:
        raise NotSaid(
            _("These words are too long: %(most)d characters at most. Nothing was changed.")
            % {"most": LONGEST}
        )
    question: Question = Question.objects.create(
        crisis=row,
        organisation_id=row.organisation_id,
        text=said,
        narrative=narrative,
        asked_by=actor,
        asked_at=clock.now(row.organisation_id),
    )
    return question, record("crisis.question_asked", row, actor, question=question.pk, text=said)


@transaction.atomic
def answer(question: Question, actor: User, answer: str, *, seen: str | None = None) -> Question:
    """Note what people are told; an empty answer opens the question again.

    Parameters
    ----------
    seen
        The answer that the actor saw; any when None.

    Raises
    ------
    ChangedMeanwhile
        When somebody else has answered it.
    """
    row = opened(question.crisis_id)
    current: Question = (
        Question.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=question.pk)
    )
    if seen is not None and current.answer != seen:
        raise ChangedMeanwhile(
            _("%(who)s has answered meanwhile. Your words are still here: compare, then keep them again.")
            % {"who": current.answered_by or _("Somebody")}
        )
    said = "\n".join(cleaned(line) for line in answer.strip().splitlines())[:LONGEST_ANSWER]
    if said == current.answer:
        return current
    before = current.answer
    current.answer = said
    current.answered_by = actor if said else None
    current.answered_at = clock.now(row.organisation_id) if said else None
    current.save()
    verb = "crisis.question_answered" if said else "crisis.question_reopened"
    told = {"question": current.pk, "text": current.text, "answer": short(said, 500), "before": before}
    record(verb, row, actor, **told)
    return current

"""What is known and what is asked: facts stated and judged, questions noted and answered."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.crisis import actions, asked, facts, questions, situation
from tocsin.crisis.forms import AnswerForm, AskForm, FactForm, JudgeForm
from tocsin.crisis.models import Crisis, Fact, FactState, Question
from tocsin.crisis.views.asked import asked_crisis
from tocsin.crisis.views.rooms import around, known
from tocsin.errors import TocsinError
from tocsin.ui.pages import answer
from tocsin.watch.shown import shown


@require(Role.OBSERVER)
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what is known and what is asked."""
    crisis = asked_crisis(request, pk)
    context = {**around(request, crisis), **known(crisis)}
    return answer(request, "crisis/known.html", context, {"room-known": "crisis/_known.html"})


@require(Role.RESPONDER)
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """State a fact; ``?name=`` says which slot of the plan's messages it fills."""
    crisis = asked_crisis(request, pk)
    scenario = actions.scenario_of(crisis)
    name = request.POST.get("name", request.GET.get("name", ""))
    slot = next((one for one in scenario.facts if one.id == name), None) if scenario is not None else None
    form = FactForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            facts.add(
                crisis,
                request.user,
                said["text"],
                state=said["state"],
                source=said["source"],
                name=slot.id if slot is not None else "",
            )
        except TocsinError as refused:
            problem = str(refused)
        else:
            return _kept(request, crisis, _("The fact is noted."))
    context = {"form": form, "problem": problem, "slot": slot, "states": FactState.choices}
    return answer(request, "crisis/fact.html", {**around(request, crisis), **context})


@require(Role.RESPONDER)
def judge(request: MemberRequest, pk: int, fact: int) -> HttpResponse:
    """Say that a fact is confirmed, unconfirmed or false, or what it says now."""
    crisis = asked_crisis(request, pk)
    row: Fact = get_object_or_404(crisis.facts, pk=fact)
    scenario = actions.scenario_of(crisis)
    slot = next((one for one in scenario.facts if one.id == row.name), None) if scenario is not None else None
    form = JudgeForm(request.POST or None, fact=row)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            facts.state(
                row,
                request.user,
                said["state"],
                said["source"],
                text=said["text"],
                reason=said["reason"],
                seen=said["seen"],
            )
        except TocsinError as refused:
            problem = str(refused)
        else:
            return _kept(request, crisis, _("The fact is noted."))
    context = {"form": form, "problem": problem, "slot": slot, "fact": row}
    return answer(request, "crisis/fact.html", {**around(request, crisis), **context})


@require(Role.RESPONDER)
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Note what people ask; ``?narrative=`` says in which narrative, and shows the newest post that asks."""
    crisis = asked_crisis(request, pk)
    narrative = _number(request.POST.get("narrative", request.GET.get("narrative", "")))
    post = asked.one(crisis, situation.wanted_of(crisis), narrative) if narrative else None
    form = AskForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            question, _entry = questions.ask(
                crisis, request.user, form.cleaned_data["text"], narrative=narrative if post else 0
            )
        except TocsinError as refused:
            problem = str(refused)
        else:
            messages.success(
                request, _("The question is noted. Write what people are told, once it is known.")
            )
            return redirect("crisis:question", pk=crisis.pk, question=question.pk)
    mention = shown(post, ()) if post is not None else None
    context = {"form": form, "problem": problem, "mention": mention, "narrative": narrative if post else 0}
    return answer(request, "crisis/ask.html", {**around(request, crisis), **context})


@require(Role.RESPONDER)
def question(request: MemberRequest, pk: int, question: int) -> HttpResponse:
    """Write what people are told."""
    crisis = asked_crisis(request, pk)
    row: Question = get_object_or_404(crisis.questions, pk=question)
    form: Form = AnswerForm(request.POST or None, initial={"answer": row.answer, "seen": row.answer})
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            questions.answer(row, request.user, said["answer"], seen=said["seen"].replace("\r\n", "\n"))
        except TocsinError as refused:
            problem, row = str(refused), get_object_or_404(crisis.questions, pk=question)
            kept = {"answer": said["answer"], "seen": row.answer}
            form = AnswerForm(initial=kept)
        else:
            return _kept(request, crisis, _("Noted."))
    scenario = actions.scenario_of(crisis)
    context = {
        "form": form,
        "problem": problem,
        "question": row,
        "prepared": scenario.questions if scenario is not None else (),
    }
    return answer(request, "crisis/question.html", {**around(request, crisis), **context})


def _kept(request: MemberRequest, crisis: Crisis, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("crisis:known", pk=crisis.pk)


def _number(text: str) -> int:
    """Return the number of a narrative, which may be below zero; 0 for anything else."""
    digits = text.removeprefix("-")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 19):
        raise Http404
    number = int(text)
    return number if -(2**63) <= number < 2**63 else 0

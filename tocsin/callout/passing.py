"""Passing a role on: to the next in its order, then to who decides, then to leads and administrators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tocsin import clock
from tocsin.accounts.models import Membership, Role, User
from tocsin.callout import context, messages, people, reaching, waiting
from tocsin.callout.models import Call, CallOut, CallState, Problem, RoleCall
from tocsin.callout.recording import record
from tocsin.callout.releasing import COMING, release_others
from tocsin.gate import actions as gate
from tocsin.gate.selectors import can_send
from tocsin.plan import calling
from tocsin.plan.calling import Callee
from tocsin.plan.models import Contact, Means

LEAD: Final = "lead"
DECIDES: Final = calling.DECIDES
NOBODY: Final = "callout.nobody_answers"
_AGAIN: Final = (CallState.WAITING, CallState.RELEASED)
_AT_HAND: Final = ("contact__user", "contact__organisation", "user", "role_call", "callout")


def pass_on(callout: CallOut, roles: Iterable[RoleCall]) -> list[Call]:
    """Call the next person of each role, once whoever is next for several, and return who is called.

    Who launched the call-out and is next for a role is there already: nothing is sent to them.
    """
    picked: list[Call] = []
    leads: list[Call] = []
    unanswered: list[RoleCall] = []
    for role in roles:
        found = _next(callout, role)
        if found is not None:
            picked.append(found)
        elif role.exhausted_at is None:
            unanswered.append(role)
            leads += _leads(callout, role)
    there = [call for call in picked if call.user_id is not None and call.user_id == callout.launched_by_id]
    for call in there:
        _take_as_there(callout, call)
    reaching.call(callout, [call for call in picked if call not in there])
    reaching.call(callout, leads, NOBODY)
    if unanswered:
        _tell_launcher(callout, unanswered, leads)
    return picked + leads


def is_covered(role: RoleCall) -> bool:
    """Return whether somebody comes for a role, or is being asked."""
    return role.calls.filter(state__in=[*COMING, CallState.CALLED]).exists()


def add(role: RoleCall, why: str, contact: Contact | None, user: User | None) -> Call:
    """Put somebody at the end of the order of a role."""
    last = role.calls.order_by("-rank").values_list("rank", flat=True).first()
    made: Call = Call.objects.create(
        role_call=role,
        callout_id=role.callout_id,
        organisation_id=role.organisation_id,
        contact=contact,
        user=user,
        name=str(contact or user)[:120],
        why=why,
        rank=0 if last is None else last + 1,
    )
    return made


def add_all(role: RoleCall, callees: Iterable[Callee]) -> None:
    """Put people of the plan at the end of the order of a role, each once."""
    there = set(role.calls.values_list("contact_id", flat=True))
    for callee in callees:
        if callee.contact.pk not in there:
            there.add(callee.contact.pk)
            add(role, callee.why, callee.contact, callee.contact.user)


def _take_as_there(callout: CallOut, call: Call) -> None:
    now = clock.now(callout.organisation)
    call.state, call.called_at, call.answered_at, call.round = CallState.COMING, now, now, call.round + 1
    call.save(update_fields=["state", "called_at", "answered_at", "round"])
    data: dict[str, object] = {"name": call.name, "role": call.role_call.title, "answer": "coming"}
    record("callout.answered", callout, None, **data)
    release_others(callout, call)


def _next(callout: CallOut, role: RoleCall) -> Call | None:
    found = _pick(callout, role)
    if found is not None or role.calls.filter(why__in=[DECIDES, LEAD]).exists():
        return found
    add_all(role, _deciders(callout, role))
    return _pick(callout, role)


def _pick(callout: CallOut, role: RoleCall) -> Call | None:
    """Return who is called next: who is within their hours before who is not, at red whoever comes first."""
    now = clock.now(callout.organisation)
    outside: list[Call] = []
    for call in role.calls.filter(state__in=_AGAIN).select_related(*_AT_HAND).order_by("rank"):
        problem = people.why_unreachable(call) or _said_before(call)
        if problem:
            _pass_over(callout, call, problem)
        elif waiting.is_red(callout) or call.contact is None or calling.reachable(call.contact, now):
            return call
        else:
            outside.append(call)
    return outside[0] if outside else None


def _said_before(call: Call) -> str:
    """Return why somebody need not be asked: what they said, or did not say, for another role."""
    others = Call.objects.filter(callout=call.callout_id, round__gt=0).exclude(pk=call.pk)
    mine = others.filter(contact=call.contact_id) if call.contact_id else others.filter(user=call.user_id)
    states = set(mine.values_list("state", flat=True))
    if CallState.UNABLE in states:
        return Problem.SAID_NO
    silent = states & {CallState.SILENT, CallState.UNREACHED}
    return Problem.SILENT_BEFORE if silent and not states & {*COMING, CallState.CALLED} else ""


def _pass_over(callout: CallOut, call: Call, problem: str) -> None:
    states = {Problem.SAID_NO: CallState.UNABLE, Problem.SILENT_BEFORE: CallState.SILENT}
    call.state = states.get(Problem(problem), CallState.UNREACHED)
    call.problem = problem
    call.save(update_fields=["state", "problem"])
    record(
        "callout.passed_over", callout, None, name=call.name, role=call.role_call.title, problem=str(problem)
    )


def _deciders(callout: CallOut, role: RoleCall) -> Sequence[Callee]:
    if callout.plan is None or callout.version is None:
        return []
    scenario = callout.version.document.scenario(callout.scenario)
    if scenario is None or scenario.decides == role.role:
        return []
    return calling.deciders(callout.plan, scenario.decides, clock.now(callout.organisation))


def _leads(callout: CallOut, role: RoleCall) -> list[Call]:
    """Put the leads and administrators into the order of a role that nobody answers for, and return them."""
    role.exhausted_at = clock.now(callout.organisation)
    role.save(update_fields=["exhausted_at"])
    record("callout.nobody_answers", callout, None, role=role.title)
    there = {(call.contact_id, call.user_id) for call in role.calls.all()}
    contacts_there = {contact for contact, _user in there}
    users_there = {user for _contact, user in there}
    found = []
    for user in _in_charge(callout):
        contact = Contact.objects.filter(user=user, organisation=callout.organisation).first()
        if user.pk in users_there or (contact is not None and contact.pk in contacts_there):
            continue
        call = add(role, LEAD, contact, user)
        if problem := people.why_unreachable(call):
            _pass_over(callout, call, problem)
        else:
            found.append(call)
    return found


def _in_charge(callout: CallOut) -> list[User]:
    members = Membership.objects.filter(organisation=callout.organisation, user__is_active=True)
    return [one.user for one in members.select_related("user").order_by("pk") if one.may(Role.LEAD)]


def _tell_launcher(callout: CallOut, roles: Sequence[RoleCall], leads: Sequence[Call]) -> None:
    """Tell who launched it, unless they are among the leads and are told so anyway."""
    user = callout.launched_by
    if user is None or not user.is_active or any(call.user_id == user.pk for call in leads):
        return
    targets = [(Means.EMAIL.value, user.email)] if can_send(Means.EMAIL) else []
    targets += [(people.PUSH, device) for device in people.devices(user, callout.organisation_id)]
    language = people.language_of(None, user, callout.organisation)
    for means, address in targets:
        device = f":{address.partition(':')[2]}" if means == people.PUSH else ""
        gate.notice(
            callout.organisation,
            addressee=address,
            template=NOBODY,
            context=context.of_board(callout, roles, user, language),
            key=f"{messages.prefix(callout.pk)}0:{roles[0].pk}:{means}{device}",
            language=language,
            channel=means,
            level=callout.level,
        )

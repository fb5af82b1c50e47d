"""Members and their roles."""

import pytest

from tocsin.accounts import actions, selectors
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.journal.selectors import entries


def test_a_member_gets_another_role_and_the_journal_says_who_gave_it(
    organisation: Organisation, ines: User, yanis: User
) -> None:
    actions.add_member(organisation, yanis, Role.APPROVER, actor=ines)
    assert Membership.objects.get(user=yanis).role == Role.APPROVER
    (entry,) = entries(organisation)
    assert (entry.verb, entry.actor) == ("accounts.role_changed", f"accounts.user:{ines.pk}")


def test_the_last_administrator_stays_one(organisation: Organisation, ines: User, claire: User) -> None:
    with pytest.raises(actions.LastAdministrator):
        actions.add_member(organisation, ines, Role.LEAD, actor=ines)
    actions.add_member(organisation, claire, Role.ADMINISTRATOR, actor=ines)
    actions.add_member(organisation, ines, Role.LEAD, actor=ines)
    assert Membership.objects.get(user=ines).role == Role.LEAD


def test_a_role_that_is_none_is_refused(organisation: Organisation, yanis: User) -> None:
    with pytest.raises(ValueError, match="king"):
        actions.add_member(organisation, yanis, "king", actor=None)


def test_wanting_no_more_alerts_is_recorded_once(organisation: Organisation, yanis: User) -> None:
    membership = Membership.objects.get(user=yanis)
    actions.set_alert_mail(membership, wanted=False)
    actions.set_alert_mail(membership, wanted=False)
    assert not Membership.objects.get(user=yanis).alert_mail
    assert entries(organisation).count() == 1


def test_members_are_listed_by_name_and_only_those_of_the_organisation(
    organisation: Organisation, other_organisation: Organisation, yanis: User, claire: User
) -> None:
    assert [member.user for member in selectors.members(organisation)] == [claire, yanis]
    assert not selectors.members(other_organisation).exists()
    assert list(selectors.organisations_of(claire)) == [organisation]


def test_organisations_of_one_name_have_short_names_of_their_own(organisation: Organisation) -> None:
    twin = actions.create_organisation("Maison Berthier", actor=None)
    assert twin.slug == "maison-berthier-2"

"""Five roles, each able to do what those before it may."""

import pytest

from tocsin.accounts.models import Membership, Organisation, Role, User


def test_a_role_may_do_what_the_roles_before_it_may(claire: User, organisation: Organisation) -> None:
    membership = Membership.objects.get(user=claire, organisation=organisation)
    assert membership.may(Role.OBSERVER)
    assert membership.may("approver")
    assert membership.may(Role.LEAD)
    assert not membership.may(Role.ADMINISTRATOR)


@pytest.mark.django_db
def test_an_address_in_capitals_is_the_same_address() -> None:
    user = User.objects.create_user("Claire@Maison-Berthier.TEST", "Levain-naturel-2026", name="Claire")
    assert user.email == "claire@maison-berthier.test"
    assert User.objects.get_by_natural_key("CLAIRE@maison-berthier.test") == user

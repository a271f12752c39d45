from tenants.selectors import member_ids, role_ids_of


def test_role_ids_of__in_two_of_three__their_ids_as_text(make_role, organization, ada, grace):
    first, second = make_role("First", users=[ada]), make_role("Second", users=[ada, grace])
    make_role("Third", users=[grace])

    ids = role_ids_of(user=ada, organization_id=organization.pk)

    assert ids == {str(first.pk), str(second.pk)}


def test_role_ids_of__role_of_another_organization__left_out(
    make_role, organization, foreign_role, ada
):
    elsewhere = foreign_role.organization
    elsewhere.memberships.create(user=ada)
    make_role("Other", users=[ada], organization=elsewhere)

    assert role_ids_of(user=ada, organization_id=organization.pk) == set()


def test_role_ids_of__left_the_organization__none(make_role, organization, ada):
    make_role(users=[ada])
    ada.memberships.all().delete()

    assert role_ids_of(user=ada, organization_id=organization.pk) == set()


def test_member_ids__two_roles__everyone_once(make_role, ada, grace, edith):
    first, second = make_role("First", users=[ada]), make_role("Second", users=[ada, grace])
    make_role("Third", users=[edith])

    ids = member_ids(role_ids=[str(first.pk), str(second.pk)])

    assert ids == {ada.pk, grace.pk}


def test_member_ids__no_roles__nobody(make_role, ada):
    make_role(users=[ada])

    assert member_ids(role_ids=[]) == set()


def test_member_ids__left_the_organization__left_out(make_role, ada, grace):
    role = make_role(users=[ada, grace])
    ada.memberships.all().delete()

    assert member_ids(role_ids=[str(role.pk)]) == {grace.pk}

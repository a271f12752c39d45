from tests.assertions import assert_error, assert_invalid


def _url(organization, reference):
    return f"/api/organizations/{organization.pk}/roles/{reference}/"


def test_replace_role__name__stored_and_shown(admin, organization, role, membership):
    response = admin.put(_url(organization, role.pk), {"name": "Approvers"})

    assert response.status_code == 200
    role.refresh_from_db()
    assert role.name == "Approvers"
    body = response.json()
    assert (body["name"], len(body["members"])) == ("Approvers", 1)


def test_replace_role__without_name__refused(admin, organization, role):
    response = admin.put(_url(organization, role.pk), {})

    assert_invalid(response, "name", "required")


def test_replace_role__what_was_read__accepted(admin, organization, role, membership):
    shown = admin.get(_url(organization, role.pk)).json()

    response = admin.put(_url(organization, role.pk), shown)

    assert response.status_code == 200
    assert response.json() == shown


def test_replace_role__no_key__not_authenticated(anonymous, organization, role):
    response = anonymous.put(_url(organization, role.pk), {"name": "Approvers"})

    assert_error(response, 401, "not_authenticated")


def test_replace_role__member_without_admin_level__forbidden(client, organization, role):
    response = client.put(_url(organization, role.pk), {"name": "Approvers"})

    assert_error(response, 403, "permission_denied")


def test_replace_role__of_another_organization__not_found(admin, organization, foreign_role):
    response = admin.put(_url(organization, foreign_role.pk), {"name": "Mine"})

    assert_error(response, 404, "not_found")

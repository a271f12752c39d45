import pytest

from users.models import Job
from users.serializers import UserBasicSerializer

MEMBERS = [
    "id",
    "uuid",
    "distinct_id",
    "first_name",
    "last_name",
    "email",
    "is_email_verified",
    "hedgehog_config",
    "role_at_organization",
]
NOTHING = {"use_as_profile": None, "color": None, "accessories": None, "skin": None}


@pytest.mark.parametrize("fixture", ["experiment", "holdout", "saved_metric"])
def test_created_by__any_resource__the_nine_members_in_order(client, project, request, fixture):
    row = request.getfixturevalue(fixture)
    resource = "experiments" if fixture == "experiment" else f"experiment_{fixture}s"

    response = client.get(f"/api/projects/{project.pk}/{resource}/{row.pk}/")

    assert list(response.json()["created_by"]) == MEMBERS


def test_created_by__creator_deleted__null(reader, project, holdout, ada):
    ada.delete()

    response = reader.get(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/")

    assert response.json()["created_by"] is None


def test_user__fresh__shown_as_stored(ada):
    shown = UserBasicSerializer(ada).data

    assert shown == {
        "id": ada.pk,
        "uuid": str(ada.uuid),
        "distinct_id": ada.distinct_id,
        "first_name": "",
        "last_name": "",
        "email": "ada@example.com",
        "is_email_verified": None,
        "hedgehog_config": None,
        "role_at_organization": None,
    }


def test_user__uuid__is_ordered_by_time(ada, grace):
    assert ada.uuid.version == grace.uuid.version == 7
    assert ada.uuid.int >> 80 <= grace.uuid.int >> 80


def test_role__choices__the_wires_eight():
    assert Job.values == [
        "engineering",
        "data",
        "product",
        "founder",
        "leadership",
        "marketing",
        "sales",
        "other",
    ]


@pytest.mark.parametrize("role", [None, *Job.values])
def test_created_by__role__shown(client, project, holdout, ada, role):
    ada.role_at_organization = role
    ada.save()

    response = client.get(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/")

    assert response.json()["created_by"]["role_at_organization"] == role


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        pytest.param(None, None, id="null"),
        pytest.param({}, None, id="empty"),
        pytest.param([1], None, id="list"),
        pytest.param("red", None, id="text"),
        pytest.param({"version": 1}, NOTHING, id="members_missing"),
        pytest.param(
            {"use_as_profile": True, "color": "red", "accessories": ["cap"], "skin": "x", "y": 1},
            {"use_as_profile": True, "color": "red", "accessories": ["cap"], "skin": "x"},
            id="version_1",
        ),
        pytest.param(
            {
                "version": 2,
                "use_as_profile": True,
                "color": "blue",
                "actor_options": {"color": "red", "use_as_profile": False},
            },
            NOTHING | {"use_as_profile": True, "color": "red"},
            id="version_2",
        ),
        pytest.param({"version": 2}, NOTHING, id="version_2_without_options"),
        pytest.param({"version": 2, "actor_options": [1]}, NOTHING, id="version_2_odd_options"),
    ],
)
def test_hedgehog_config__stored_document__null_or_four_members(ada, stored, shown):
    ada.hedgehog_config = stored

    assert UserBasicSerializer(ada).data["hedgehog_config"] == shown

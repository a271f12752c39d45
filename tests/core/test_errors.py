import pytest
from django.db import IntegrityError, connection, models, transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from core.db.errors import refusal_for
from core.exceptions import APIException, Conflict, RuleBroken, ValidationError
from core.http.exception_handler import exception_handler
from experiments_api.urls import handler400, handler404, handler500  # noqa: F401
from tenants.models import Membership
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


class ItemSerializer(serializers.Serializer):
    key = serializers.CharField(max_length=3)


class SampleSerializer(serializers.Serializer):
    nested = ItemSerializer(required=False)
    items = ItemSerializer(many=True, required=False)
    words = serializers.ListField(child=serializers.IntegerField(), required=False)
    late = serializers.IntegerField(required=False)


class SampleView(APIView):
    authentication_classes: list = []
    permission_classes = [AllowAny]

    def post(self, request):
        SampleSerializer(data=request.data).is_valid(raise_exception=True)

    def get(self, request):
        raise RuntimeError("a secret of the server")


def broken_page(request):
    raise RuntimeError("a secret of the server")


urlpatterns = [path("api/sample/", SampleView.as_view()), path("page/", broken_page)]


@pytest.fixture
def sample(settings):
    settings.ROOT_URLCONF = __name__
    return DocumentedClient(raise_request_exception=False)


@in_one_test(
    ("body", "attr", "code"),
    [
        pytest.param({"nested": {}}, "nested__key", "required", id="nested"),
        pytest.param({"nested": {"key": "long"}}, "nested__key", "max_length", id="nested_rule"),
        pytest.param({"nested": 1}, "nested__non_field_errors", "invalid_input", id="no_object"),
        pytest.param({"items": [{"key": "a"}, {}]}, "items__1__key", "required", id="in_a_list"),
        pytest.param({"items": {}}, "items__non_field_errors", "not_a_list", id="no_list"),
        pytest.param({"words": [1, "x"]}, "words__1", "invalid_input", id="scalar_in_a_list"),
        pytest.param({"words": "x"}, "words", "not_a_list", id="no_list_of_scalars"),
        pytest.param({"late": "x", "words": "x"}, "words", "not_a_list", id="first_by_declaration"),
        pytest.param([], None, "invalid_input", id="array"),
        pytest.param("text", None, "invalid_input", id="string"),
    ],
)
def test_validation__body__names_the_first_wrong_field(sample, body, attr, code):
    response = sample.post("/api/sample/", body, format="json")

    assert_error(response, 400, code, attr)
    assert response.json()["type"] == "validation_error"


def test_validation__null_body__no_data(client, project):
    response = client.post(
        f"/api/projects/{project.pk}/experiment_holdouts/", "null", content_type="application/json"
    )

    assert_error(response, 400, "null")
    assert response.json()["type"] == "validation_error"


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_validation__empty_body__counts_as_empty_object(client, project, content_type):
    response = client.post(
        f"/api/projects/{project.pk}/experiment_holdouts/", "", content_type=content_type
    )

    assert_error(response, 400, "required", "name")


@pytest.mark.parametrize("path", ["/api/sample/", "/page/"])
def test_unexpected_exception__any_view__neutral_answer(sample, path):
    response = sample.get(path)

    assert_error(response, 500, "error")
    assert response.json()["type"] == "server_error"
    assert b"secret" not in response.content


def test_unexpected_exception__table_away__neutral_answer(client, project, holdout):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE holdouts_holdout RENAME TO away")

    response = client.get(f"/api/projects/{project.pk}/experiment_saved_metrics/")
    assert response.status_code == 200
    response = client.get(f"/api/projects/{project.pk}/experiment_holdouts/")

    assert_error(response, 500, "error")
    assert response.json()["type"] == "server_error"
    assert b"holdouts_holdout" not in response.content


def test_error__not_expected__logged_with_its_traceback(sample, caplog):
    sample.get("/api/sample/")

    record = next(
        record for record in caplog.records if record.name == "core.http.exception_handler"
    )
    assert record.levelname == "ERROR"
    assert str(record.exc_info[1]) == "a secret of the server"


def test_refusal__anticipated__not_logged(client, project, caplog, settings):
    settings.ACCESS_LOG = False

    client.get(f"/api/projects/{project.pk}/experiment_holdouts/999999/")

    assert caplog.records == []


@pytest.mark.parametrize(
    ("exception", "status", "kind", "code", "attr"),
    [
        pytest.param(Conflict(), 409, "server_error", "conflict", None, id="conflict"),
        pytest.param(
            models.ProtectedError("x", set()),
            *(409, "invalid_request", "protected_error", None),
            id="protected",
        ),
        pytest.param(APIException(), 500, "server_error", "error", None, id="bare"),
        pytest.param(RuleBroken("No."), 400, "validation_error", "invalid_input", None, id="rule"),
        pytest.param(
            RuleBroken("No.", attr="name", code="unique"),
            *(400, "validation_error", "unique", "name"),
            id="rule_about_a_field",
        ),
        pytest.param(
            ValidationError("No.", code="x"), 400, "validation_error", "x", None, id="plain_text"
        ),
        pytest.param(
            ValidationError({"parameters": "No."}),
            *(400, "validation_error", "invalid_input", "parameters"),
            id="dict",
        ),
    ],
)
def test_exception_handler__exception__the_wires_object(exception, status, kind, code, attr):
    response = exception_handler(exception, {})

    assert response.status_code == status
    assert list(response.data) == ["type", "code", "detail", "attr"]
    assert (response.data["type"], response.data["code"]) == (kind, code)
    assert response.data["attr"] == attr
    assert response.data["detail"]


def test_errors__half_a_surrogate_pair_repeated__replaced(client):
    sent = b'{"set_current_organization": "\\ud800"}'

    response = client.generic("PATCH", "/api/users/@me/", sent, "application/json")

    assert response.status_code == 400
    assert "\ufffd" in response.json()["detail"]


@pytest.mark.parametrize("page", ["", "swagger-ui/", "redoc/"])
def test_errors__page_or_document_refused__json(anonymous, page):
    response = anonymous.delete(f"/api/schema/{page}")

    assert response.headers["Content-Type"] == "application/json"
    assert_error(response, 405, "method_not_allowed")


def test_errors__page_that_nobody_accepts__json(anonymous):
    response = anonymous.get("/api/schema/redoc/", headers={"Accept": "image/png"})

    assert_error(response, 406, "not_acceptable")


@pytest.mark.django_db(transaction=True)
def test_refusal_for__what_a_row_refers_to_is_gone_at_the_commit__conflict(organization):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Membership.objects.create(organization=organization, user_id=987_654)

    assert isinstance(refusal_for(error.value), Conflict)

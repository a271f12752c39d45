from experiments.models import Experiment
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection
from tests.looping import in_one_test

FORM = "application/x-www-form-urlencoded"


def test_create_experiment__form_sent_as_json__created(client, project):
    response = client.post(
        collection(project),
        b"name=Checkout&feature_flag_key=checkout",
        content_type="application/json",
    )

    assert response.status_code == 201
    experiment = Experiment.objects.get()
    assert (experiment.name, experiment.feature_flag.key) == ("Checkout", "checkout")


def test_create_experiment__form_sent_as_json__same_as_json(client, project):
    by_form = client.post(
        collection(project), b"name=A&feature_flag_key=a", content_type="application/json"
    )
    by_json = client.post(collection(project), {"name": "A", "feature_flag_key": "b"})

    same = by_form.json().keys() - {"id", "feature_flag", "feature_flag_key"}
    same -= {"created_at", "updated_at"}
    assert {key: by_form.json()[key] for key in same} == {key: by_json.json()[key] for key in same}


def test_create_experiment__form__documents_are_read_as_json(client, project):
    body = b'name=A&feature_flag_key=a&archived=true&stats_config={"method": "frequentist"}'

    response = client.post(collection(project), body, content_type=FORM)

    assert response.status_code == 201
    assert response.json()["stats_config"] == {"method": "frequentist"}
    assert response.json()["archived"] is True


def test_create_experiment__form_with_broken_document__refused(client, project):
    response = client.post(
        collection(project), b"name=A&feature_flag_key=a&metrics=[", content_type=FORM
    )

    assert_invalid(response, "metrics", "invalid_input")
    assert everything() == []


@in_one_test(
    "body",
    [
        b"{",
        b'{"name": }',
        b"\xff",
        b'{"name": "\xff"}',
        b'{"name": NaN}',
        b'{"parameters": {"effect": 1e999}}',
        b'{"parameters": {"effect": -Infinity}}',
        b'{"name": "A", "name": "B"}',
        b'{"parameters": ' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"metrics": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}",
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: body[:24].decode(errors="replace"),
)
def test_create_experiment__no_json__refused(client, project, body):
    response = client.post(collection(project), body, content_type="application/json")

    assert_error(response, 400, "parse_error")
    assert everything() == []


@in_one_test("body", [b"[]", b'"name"', b"7", b"true"], ids=bytes.decode)
def test_create_experiment__json_but_no_object__refused(client, project, body):
    response = client.post(collection(project), body, content_type="application/json")

    assert_invalid(response, None)
    assert everything() == []


def test_create_experiment__null_body__refused(client, project):
    response = client.post(collection(project), b"null", content_type="application/json")

    assert_invalid(response, None, "null")
    assert everything() == []


def test_create_experiment__empty_body__name_is_missing(client, project):
    response = client.post(collection(project), b"", content_type="application/json")

    assert_invalid(response, "name", "required")


def test_create_experiment__text_body__refused(client, project):
    response = client.post(collection(project), b"name", content_type="text/plain")

    assert_error(response, 415, "unsupported_media_type")
    assert everything() == []

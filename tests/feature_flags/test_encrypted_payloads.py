import json

import pytest
from django.core.management import CommandError, call_command

from activity.models import ActivityLog
from feature_flags.filters import new_filters
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.feature_flags.encrypted import (
    ENCRYPTED,
    PLACEHOLDER,
    SECRET,
    WORD,
    everything_kept,
    filters,
)
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test


@pytest.fixture
def flag(client, project) -> FeatureFlag:
    body = {"key": "limits", "filters": filters()} | ENCRYPTED
    assert client.post(flags_of(project), body).status_code == 201
    return FeatureFlag.objects.get()


def payload_of(client, flag) -> object:
    return client.get(f"{path_of(flag)}remote_config/").json()


def test_encrypted_payload__new_flag__kept_encrypted_and_shown_as_a_placeholder(client, project):
    body = {"key": "limits", "filters": filters()} | ENCRYPTED

    response = client.post(flags_of(project), body)

    assert response.status_code == 201
    assert response.json()["filters"]["payloads"] == {"true": PLACEHOLDER}
    assert (response.json()["has_encrypted_payloads"], response.json()["version"]) == (True, 1)
    flag = FeatureFlag.objects.get()
    assert json.loads(flag.filters["payloads"]["true"]).startswith("gAAAAA")
    assert payload_of(client, flag) == SECRET
    assert WORD not in everything_kept()


def test_encrypted_payload__every_answer__without_it(client, project, flag):
    paths = [path_of(flag), flags_of(project), f"{path_of(flag)}activity/"]

    answers = [client.get(path) for path in paths]
    answers.append(client.patch(path_of(flag), {"name": "Limits"}))

    kept = json.loads(flag.filters["payloads"]["true"])
    assert all(answer.status_code == 200 for answer in answers)
    assert not any(secret in a.content.decode() for a in answers for secret in (WORD, kept))


def test_encrypted_payload__placeholder_sent_back__kept(client, flag):
    seen = client.get(path_of(flag)).json()

    body = client.put(path_of(flag), seen | {"name": "Limits"}).json()

    assert (body["name"], body["filters"]) == ("Limits", seen["filters"])
    assert payload_of(client, flag) == SECRET


def test_encrypted_payload__placeholder_read_as_json__kept(client, flag):
    client.patch(path_of(flag), {"filters": filters(json.loads(PLACEHOLDER))})

    assert payload_of(client, flag) == SECRET


def test_encrypted_payload__another_one_sent__replaced(client, flag):
    body = client.patch(path_of(flag), {"filters": filters('"swordfish 2"')}).json()

    assert body["filters"]["payloads"] == {"true": PLACEHOLDER}
    assert payload_of(client, flag) == '"swordfish 2"'
    assert WORD not in everything_kept()


def test_encrypted_payload__document_sent__kept_as_its_text(client, flag):
    client.patch(path_of(flag), {"filters": filters({"token": "swordfish 2"})})

    assert json.loads(payload_of(client, flag)) == {"token": "swordfish 2"}


def test_encrypted_payload__other_fields_changed__same_token(client, flag):
    client.patch(path_of(flag), {"active": False, "tags": ["a"]})

    assert FeatureFlag.objects.get().filters == flag.filters


def test_encrypted_payload__placeholder_for_nothing__refused(client, project):
    body = {"key": "limits", "filters": filters(PLACEHOLDER)} | ENCRYPTED

    assert_invalid(client.post(flags_of(project), body), "filters")


def test_encrypted_payload__placeholder_under_another_key__refused(client, flag):
    variants = [{"key": "a", "rollout_percentage": 100}]
    wanted = filters() | {"multivariate": {"variants": variants}, "payloads": {"a": PLACEHOLDER}}

    assert_invalid(client.patch(path_of(flag), {"filters": wanted}), "filters")


def test_encrypted_payload__filters_without_groups__kept(client, flag):
    client.patch(path_of(flag), {"filters": {"payloads": {"true": '"other"'}}})

    assert FeatureFlag.objects.get().filters == flag.filters
    assert payload_of(client, flag) == SECRET


def test_encrypted_payload__no_payload__nothing_to_encrypt(client, flag):
    body = client.patch(path_of(flag), {"filters": {"groups": []}}).json()

    assert "payloads" not in body["filters"]
    assert payload_of(client, flag) is None


def test_encrypted_payload__bad_filters__refused_without_repeating_them(client, flag):
    response = client.patch(path_of(flag), {"filters": filters() | {"multivariate": "swordfish"}})

    assert_invalid(response, "filters")
    assert WORD not in response.json()["detail"]


def test_encrypted_payload__switched_on__what_is_stored_encrypted(client, project):
    body = {"key": "limits", "filters": filters(), "is_remote_configuration": True}
    client.post(flags_of(project), body)
    flag = FeatureFlag.objects.get()

    answer = client.patch(path_of(flag), {"has_encrypted_payloads": True})

    assert answer.json()["filters"]["payloads"] == {"true": PLACEHOLDER}
    assert payload_of(client, flag) == SECRET
    assert WORD not in everything_kept()


@in_one_test(
    "values",
    [{}, {"filters": filters(PLACEHOLDER)}],
    ids=["payloads not sent", "placeholder sent"],
)
def test_encrypted_payload__switched_off_without_the_payload__refused(client, flag, values):
    response = client.patch(path_of(flag), {"has_encrypted_payloads": False} | values)

    assert_invalid(response, "has_encrypted_payloads")
    assert FeatureFlag.objects.get().filters == flag.filters


def test_encrypted_payload__switched_off_with_the_payload__plain(client, flag):
    changes = {"has_encrypted_payloads": False, "filters": filters('"open"')}

    body = client.patch(path_of(flag), changes).json()

    assert body["filters"]["payloads"] == {"true": '"open"'}
    assert payload_of(client, flag) == '"open"'


def test_encrypted_payload__remote_configuration_switched_off__refused(client, flag):
    response = client.patch(path_of(flag), {"is_remote_configuration": False})

    assert_invalid(response, "has_encrypted_payloads")


def test_encrypted_payload__changed__history_says_when_but_not_what(client, flag):
    client.patch(path_of(flag), {"filters": filters('"swordfish 2"', rollout=50)})

    changes = {change["field"]: change for change in ActivityLog.objects.last().detail["changes"]}
    assert changes["version"]["after"] == 2
    assert changes["filters"]["before"]["payloads"] == {"true": PLACEHOLDER}
    assert changes["filters"]["after"]["payloads"] == {"true": PLACEHOLDER}


def test_encrypted_payload__edited_as_seen_while_the_name_changed__changed(client, flag):
    seen = client.get(path_of(flag)).json()
    client.patch(path_of(flag), {"name": "Limits"})
    wanted = filters(PLACEHOLDER, rollout=50)

    response = client.patch(path_of(flag), {"filters": wanted, "version": 1, "original_flag": seen})

    assert response.status_code == 200


def test_encrypted_payload__new_one_for_an_older_version__conflict(client, flag):
    seen = client.get(path_of(flag)).json()
    client.patch(path_of(flag), {"filters": filters('"theirs"')})
    mine = {"filters": filters('"mine"'), "version": 1, "original_flag": seen}

    assert_error(client.patch(path_of(flag), mine), 409, "conflict")
    assert payload_of(client, flag) == '"theirs"'


def test_encrypted_payload__form_sent__kept_encrypted(client, project):
    form = {"key": "limits", "filters": json.dumps(filters())} | dict.fromkeys(ENCRYPTED, "true")

    response = client.post(flags_of(project), form, format="multipart")

    assert response.json()["filters"]["payloads"] == {"true": PLACEHOLDER}
    assert payload_of(client, FeatureFlag.objects.get()) == SECRET


def test_encrypted_payload__repeated_request__answered_without_it(client, project):
    body = {"key": "limits", "filters": filters()} | ENCRYPTED
    for _ in range(2):
        response = client.post(flags_of(project), body, headers={"Idempotency-Key": "once"})

    assert response.headers["Idempotent-Replayed"] == "true"
    assert WORD not in everything_kept()


def test_encrypted_payload__secret_replaced__still_read_with_the_former_one(client, flag, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    assert payload_of(client, flag) == SECRET


def test_encrypted_payload__secret_gone__said_so(client, flag, settings):
    settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    response = client.get(f"{path_of(flag)}remote_config/")

    assert_error(response, 500, "payload_unreadable")
    assert client.patch(path_of(flag), {"name": "Limits"}).status_code == 200


@pytest.mark.parametrize("kept", ["not json", 7, '"not a token"'])
def test_encrypted_payload__broken_by_hand__said_so(client, flag, kept):
    flag.filters = filters(kept)
    flag.save(update_fields=["filters"])

    response = client.get(f"{path_of(flag)}remote_config/")

    assert_error(response, 500, "payload_unreadable")


def test_rotate_payloads__former_secret__not_needed_any_more(client, flag, settings, capsys):
    factories.make_flag(flag.project)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    call_command("rotate_flag_payloads")

    settings.SECRET_KEY_FALLBACKS = []
    assert capsys.readouterr().out == "1 rotated\n"
    assert payload_of(client, flag) == SECRET
    assert FeatureFlag.objects.get(pk=flag.pk).version == 1


@pytest.mark.usefixtures("flag")
def test_rotate_payloads__secret_gone__said_so(settings):
    settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    with pytest.raises(CommandError, match="0 rotated, 1 not"):
        call_command("rotate_flag_payloads")


def test_encrypted_payload__experiment_on_the_flag__kept_and_not_shown(client, project, ada):
    served = new_filters(
        variants=factories.TWO_VARIANTS, rollout_percentage=100, group_type_index=None, holdout=None
    )
    body = {"key": "limits", "filters": served | {"payloads": {"test": SECRET}}} | ENCRYPTED
    client.post(flags_of(project), body)
    kept = FeatureFlag.objects.get().filters["payloads"]
    experiment = factories.make_experiment(project, ada, feature_flag_key="limits")
    path = f"/api/projects/{project.pk}/experiments/"

    change = {"parameters": {"rollout_percentage": 20}}
    answers = [
        client.patch(f"{path}{experiment.pk}/", change),
        client.get(path),
        client.get(f"{path}eligible_feature_flags/"),
    ]

    shown = answers[0].json()["feature_flag"]["filters"]
    assert shown["payloads"] == {"test": PLACEHOLDER}
    assert shown["groups"][0]["rollout_percentage"] == 20
    assert FeatureFlag.objects.get().filters["payloads"] == kept
    assert not any(kept["test"].strip('"') in answer.content.decode() for answer in answers)
    assert WORD not in everything_kept()

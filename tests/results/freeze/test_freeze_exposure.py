"""POST freeze_exposure/: who was exposed stays, and nobody new comes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import ActivityLog
from cohorts.models import Cohort, CohortMember
from events.models import person_uuid
from events.numbers import actor_number
from experiments.models import Experiment
from experiments.services import freeze
from feature_flags.models import FeatureFlag
from results.models import StoredResult
from tests import factories
from tests.assertions import assert_invalid
from tests.results.freeze.conftest import flag_of, served

NOTE = "Exposure is frozen: only who was exposed until then is let in."


def test_freeze__exposed_people__served_and_nobody_else(project, running, expose, take):
    expose("ann", "bob")
    before = served(project, "ann"), served(project, "cyd")
    assert None not in before

    shown = take("freeze_exposure")

    assert (shown["status"], shown["end_date"]) == ("exposure_frozen", None)
    assert shown["feature_flag"]["active"] is True
    assert (served(project, "ann"), served(project, "cyd")) == (before[0], None)

    again = take("unfreeze_exposure")

    assert again["status"] == "running"
    assert again["feature_flag"]["filters"] == running["feature_flag"]["filters"]
    assert (served(project, "ann"), served(project, "cyd")) == before


def test_freeze__every_condition__is_narrowed_and_marked(client, project, running, take):
    flag = flag_of(running)
    group = {"properties": [], "rollout_percentage": 50}
    own = {"key": "plan", "type": "person", "operator": "exact", "value": "pro"}
    groups = [{"properties": [own], "rollout_percentage": 10, "description": "Pro"}, group]
    url = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"
    sent = flag.filters | {"groups": groups}
    stored = client.patch(url, {"filters": sent}).json()["filters"]

    frozen = take("freeze_exposure")["feature_flag"]["filters"]["groups"]

    cohort = Cohort.objects.get()
    member = {"key": "id", "type": "cohort", "value": cohort.pk, "operator": "in"}
    assert [each["properties"] for each in frozen] == [[own, member], [member]]
    assert [each["description"] for each in frozen] == [f"Pro\n{NOTE}", NOTE]
    assert {each["exposure_frozen"] for each in frozen} == {True}
    assert {each["exposure_frozen_cohort"] for each in frozen} == {cohort.pk}
    assert take("unfreeze_exposure")["feature_flag"]["filters"] == stored


def test_freeze__cohort__holds_the_exposed_of_all_variants(client, project, expose, take):
    expose("ann")
    expose("bob", variant="control")
    expose("ann", "cyd", variant="control")
    expose("dan", flag="other")

    take("freeze_exposure")

    cohort = client.get(f"/api/projects/{project.pk}/cohorts/").json()["results"][0]
    assert cohort["name"] == 'Exposed to experiment "Checkout"'
    assert (cohort["is_static"], cohort["count"]) == (True, 3)
    persons = client.get(f"/api/projects/{project.pk}/cohorts/{cohort['id']}/persons/").json()
    known = {str(person_uuid(project.pk, actor_number(name))) for name in ("ann", "bob", "cyd")}
    assert {each["id"] for each in persons["results"]} == known


def test_freeze__excluded_variant__is_served_on(project, running, expose, take):
    Experiment.objects.update(parameters={"excluded_variants": ["test"]})
    expose("ann")

    take("freeze_exposure")

    assert served(project, "ann") is not None


@pytest.mark.parametrize(
    "criteria",
    [{"activation_config": {"event": "paid", "properties": []}}, {"filterTestAccounts": True}],
    ids=["not activated", "test account"],
)
def test_freeze__served_but_not_analysed__is_served_on(project, running, expose, take, criteria):
    Experiment.objects.update(exposure_criteria=criteria)
    project.test_account_filters = [{"key": "staff", "operator": "is_set", "type": "event"}]
    project.save()
    expose("ann")

    take("freeze_exposure")

    assert served(project, "ann") is not None


def test_freeze__person_who_logs_in_later__stays(project, capture, expose, take):
    expose("anonymous-1")
    take("freeze_exposure")

    capture(
        [
            {
                "event": "$identify",
                "distinct_id": "ann",
                "properties": {"$anon_distinct_id": "anonymous-1"},
            }
        ]
    )

    assert served(project, "ann") is not None


def test_freeze__nobody_exposed__lets_nobody_in(project, take):
    assert take("freeze_exposure")["status"] == "exposure_frozen"
    assert served(project, "ann") is None


def test_freeze__history__tells_of_flag_and_experiment(ada, running, take):
    ActivityLog.objects.all().delete()

    take("freeze_exposure")

    told = {(each.subject, each.activity) for each in ActivityLog.objects.all()}
    assert told == {
        ("Cohort", "created"),
        ("FeatureFlag", "updated"),
        ("Experiment", "updated"),
    }
    of_flag = ActivityLog.objects.get(subject="FeatureFlag")
    assert [each["field"] for each in of_flag.detail["changes"]] == ["filters", "version"]


def test_freeze__lists__by_status(client, project, running, take):
    url = f"/api/projects/{project.pk}/experiments/"

    def listed():
        return {
            status: client.get(url, {"status": status}).json()["count"]
            for status in ("running", "paused", "exposure_frozen")
        }

    assert listed() == {"running": 1, "paused": 0, "exposure_frozen": 0}
    take("freeze_exposure")
    assert listed() == {"running": 0, "paused": 0, "exposure_frozen": 1}
    assert client.get(url).json()["results"][0]["status"] == "exposure_frozen"
    take("pause")
    assert listed() == {"running": 0, "paused": 1, "exposure_frozen": 0}


def test_freeze__frozen_already__refused(take):
    take("freeze_exposure")
    assert "already" in take("freeze_exposure", status=400)["detail"]
    assert Cohort.objects.count() == 1


def test_freeze__paused__refused(take):
    take("pause")
    assert "paused" in take("freeze_exposure", status=400)["detail"]


@pytest.mark.parametrize("step", ["freeze_exposure", "unfreeze_exposure"])
def test_freeze__draft_or_ended__refused(client, project, take, step):
    take("end")
    take(step, status=400)
    take("reset")
    take(step, status=400)
    assert not Cohort.objects.exists()


def test_unfreeze__not_frozen__refused(take):
    assert "not frozen" in take("unfreeze_exposure", status=400)["detail"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"aggregation_group_type_index": 0}, id="about_groups"),
        pytest.param({"groups": []}, id="lets_nobody_in"),
        pytest.param({"feature_enrollment": True}, id="enrollment"),
        pytest.param({"holdout": {"id": 1, "exclusion_percentage": 10}}, id="holdout"),
    ],
)
def test_freeze__flag_that_cannot_be_narrowed__refused(running, take, change):
    flag = flag_of(running)
    flag.filters |= change
    flag.save()

    take("freeze_exposure", status=400)

    flag.refresh_from_db()
    assert not flag.exposure_frozen
    assert not Cohort.objects.exists()


def test_freeze__experiment_with_a_holdout__refused(client, project, ada):
    holdout = factories.make_holdout(project, ada)
    experiment = factories.make_experiment(
        project, ada, holdout=holdout, start_date=timezone.now(), end_date=None
    )
    FeatureFlag.objects.update(active=True)

    url = f"/api/projects/{project.pk}/experiments/{experiment.pk}/freeze_exposure/"
    response = client.post(url)

    assert_invalid(response, None)
    assert "holdout" in response.json()["detail"]


def test_freeze__deleted_flag__refused(running, take):
    FeatureFlag.objects.update(deleted=True)
    take("freeze_exposure", status=400)


def test_freeze__more_people_than_a_snapshot_holds__refused(monkeypatch, expose, take):
    monkeypatch.setattr(freeze, "MAX_FROZEN", 1)
    expose("ann", "bob")

    assert "were exposed" in take("freeze_exposure", status=400)["detail"]
    assert not CohortMember.objects.exists()


def test_freeze__somebody_else_computes_who_was_exposed__asked_to_wait(
    client, place, expose, take, settings
):
    expose("ann")
    take("freeze_exposure")
    take("unfreeze_exposure")
    StoredResult.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    settings.RESULTS_STATEMENT_SECONDS = 0

    answer = client.post(f"{place}freeze_exposure/")

    assert (answer.status_code, answer.json()["code"]) == (503, "query_at_capacity")


def test_freeze__somebody_came_since_the_last_time__computed_anew(expose, take):
    expose("ann")
    take("freeze_exposure")
    take("unfreeze_exposure")
    expose("bob")

    take("freeze_exposure")

    newest = Cohort.objects.latest("pk")
    assert CohortMember.objects.filter(cohort=newest).count() == 2


def test_freeze__longest_name__cut_for_the_cohort(project, running, take):
    Experiment.objects.update(name="N" * 400)

    take("freeze_exposure")

    assert Cohort.objects.get().name == ('Exposed to experiment "' + "N" * 400)[:400]

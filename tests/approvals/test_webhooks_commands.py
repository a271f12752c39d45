import io
import re
from datetime import timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from django.core.management import CommandError, call_command, get_commands
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.models import WebhookDelivery, WebhookEndpoint
from approvals.services import set_webhook
from core.identifiers import uuid7
from core.management.commands import run_scheduler
from core.ops.encryption import decrypted
from tests.approvals.receiver import ask_to_launch, gate_launches, listening
from tests.client import Client
from users.models import User

URL = "https://hooks.example.com/experiments"


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def secret_of(endpoint):
    return decrypted(endpoint.encrypted_secret, purpose="webhook secrets")


@pytest.fixture
def secret(project):
    return set_webhook(project_id=project.pk, url=URL, now=timezone.now())


@pytest.fixture
def browser(db):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@example.com", None))
    return browser


def page(model, kind, *arguments):
    return reverse(f"admin:approvals_{model._meta.model_name}_{kind}", args=arguments)


def test_set_webhook__url__stored_and_secret_printed(project):
    printed = run("set_webhook", str(project.pk), URL)

    endpoint = WebhookEndpoint.objects.get()
    assert re.fullmatch(r"whsec_\w{40,}", printed)
    assert (endpoint.project, endpoint.url, secret_of(endpoint)) == (project, URL, printed)
    assert printed not in endpoint.encrypted_secret


def test_set_webhook__again__moved_with_a_new_secret(project, secret):
    printed = run("set_webhook", str(project.pk), "http://collector:9000/")

    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.url == "http://collector:9000/"
    assert secret_of(endpoint) == printed != secret


@pytest.mark.usefixtures("secret")
def test_set_webhook__off__removed(project):
    printed = run("set_webhook", str(project.pk), "--off")

    assert printed == f"The webhook of project {project.pk} is removed."
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://example.com/", id="ftp"),
        pytest.param("HTTPS://example.com/", id="upper_case_scheme"),
        pytest.param("example.com/hook", id="no_scheme"),
        pytest.param("https:///hook", id="no_host"),
        pytest.param("https://user:password@example.com/", id="password"),
        pytest.param("https://example.com:port/", id="port_word"),
        pytest.param("https://example.com:0/", id="port_zero"),
        pytest.param("https://[::1/", id="half_an_address"),
        pytest.param("https://example.com/a b", id="space"),
        pytest.param("https://example.com/\r\nX-Evil: 1", id="line_break"),
        pytest.param("https://exämple.com/", id="not_ascii"),
        pytest.param(f"https://example.com/{'x' * 2000}", id="long"),
    ],
)
def test_set_webhook__unusable_url__refused(project, url):
    with pytest.raises(CommandError, match="must be http:// or https://"):
        run("set_webhook", str(project.pk), url)

    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["999999", URL], "no project 999999", id="unknown_project"),
        pytest.param(["9" * 30, URL], "no project 9+", id="huge_project"),
        pytest.param(["999999", "--off"], "999999 has no webhook", id="nothing_to_remove"),
        pytest.param(["1"], "Give either a URL or --off", id="neither"),
        pytest.param(["1", URL, "--off"], "Give either a URL or --off", id="both"),
        pytest.param(["shop", URL], "invalid int", id="project_word"),
    ],
)
@pytest.mark.usefixtures("db")
def test_set_webhook__refused__nothing_stored(arguments, text):
    with pytest.raises(CommandError, match=text):
        run("set_webhook", *arguments)

    assert not WebhookEndpoint.objects.exists()


def test_webhook_endpoint__other_scheme__refused_by_the_database(project):
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookEndpoint.objects.create(
            project=project, url="file:///etc/passwd", encrypted_secret="s"
        )


def test_deliver_webhooks__one_due__posted_and_counted(client, project, grace, experiment):
    gate_launches(project, grace, now=timezone.now())
    with listening() as receiver:
        set_webhook(project_id=project.pk, url=receiver.url, now=timezone.now())
        ask_to_launch(client, experiment)

        assert run("deliver_webhooks") == "1 delivered, 0 failed, 0 given up"
        assert run("deliver_webhooks") == "0 delivered, 0 failed, 0 given up"

    assert len(receiver.received) == 1


def test_forget_deliveries__a_month_old__only_what_is_done(client, project, grace, experiment):
    gate_launches(project, grace, now=timezone.now())
    set_webhook(project_id=project.pk, url=URL, now=timezone.now())
    ask_to_launch(client, experiment)
    delivery = WebhookDelivery.objects.get()
    day = timedelta(days=1)
    for state in ("waiting", "delivered", "given_up"):
        for age in (29 * day, 31 * day):
            delivery.pk, delivery.state, delivery.updated_at = uuid7(), state, timezone.now() - age
            delivery.save(force_insert=True)

    assert run("forget_deliveries") == "2 forgotten"
    left = WebhookDelivery.objects.filter(updated_at__lt=timezone.now() - 30 * day)
    assert [each.state for each in left] == ["waiting"]


def test_run_scheduler__jobs__commands_at_once_and_then_at_their_interval():
    scheduler = run_scheduler.with_jobs(BackgroundScheduler(timezone="UTC"))

    jobs = {job.id: job for job in scheduler.get_jobs()}
    minutes = {name: job.trigger.interval.total_seconds() / 60 for name, job in jobs.items()}
    assert minutes == {
        "deliver_webhooks": 1,
        "run_schedules": 1,
        "run_scheduled_changes": 1,
        "catch_up_facts": 1,
        "calculate_cohorts": 1,
        "finish_deletions": 1,
        "sweep_change_requests": 60,
        "sweep_events": 60,
        "recalculate_results": 60,
        "sweep_activity": 60,
        "sweep_scheduled_changes": 60,
        "forget_idempotency_keys": 60,
        "forget_deliveries": 60,
        "forget_steps": 60,
        "clearsessions": 60,
    }
    assert minutes.keys() <= get_commands().keys()
    assert all(job.next_run_time <= timezone.now() for job in jobs.values())
    assert all(job.max_instances == 1 and job.coalesce for job in jobs.values())


# A job closes its connection, which only a test outside of a transaction survives.
@pytest.mark.django_db(transaction=True)
def test_run_scheduler__job__command_called_and_its_result_printed(capsys):
    run_scheduler.run("deliver_webhooks")

    assert capsys.readouterr().out == "0 delivered, 0 failed, 0 given up\n"


@pytest.mark.parametrize("kind", ["changelist", "change", "delete", "history"])
def test_admin__webhook__secret_nowhere_to_be_seen(browser, secret, kind):
    endpoint = WebhookEndpoint.objects.get()
    arguments = [] if kind == "changelist" else [endpoint.pk]

    response = browser.get(page(WebhookEndpoint, kind, *arguments))

    assert response.status_code == 200
    assert secret not in response.content.decode()


def test_admin__webhook_url__changed_and_secret_kept(browser, secret):
    path = page(WebhookEndpoint, "change", WebhookEndpoint.objects.get().pk)

    response = browser.post(path, {"url": "https://new.example.com/", "encrypted_secret": "chosen"})

    assert response.status_code == 302
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.url, secret_of(endpoint)) == ("https://new.example.com/", secret)


@pytest.mark.usefixtures("secret")
def test_admin__unusable_webhook_url__told_why(browser):
    path = page(WebhookEndpoint, "change", WebhookEndpoint.objects.get().pk)

    response = browser.post(path, {"url": "file:///etc/passwd"})

    assert "must be http:// or https://" in response.content.decode()
    assert WebhookEndpoint.objects.get().url == URL


@pytest.mark.usefixtures("secret")
def test_admin__webhook_with_deliveries__deleted_with_them(
    browser, client, project, grace, experiment
):
    gate_launches(project, grace, now=timezone.now())
    ask_to_launch(client, experiment)
    path = page(WebhookEndpoint, "delete", WebhookEndpoint.objects.get().pk)

    assert browser.post(path, {"post": "yes"}).status_code == 302

    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("model", [WebhookEndpoint, WebhookDelivery])
def test_admin__webhook_rows__cannot_be_added(browser, model):
    assert browser.get(page(model, "add")).status_code == 403


@pytest.mark.usefixtures("secret")
def test_admin__delivery__shown_and_read_only(browser, client, project, grace, experiment):
    gate_launches(project, grace, now=timezone.now())
    ask_to_launch(client, experiment)
    path = page(WebhookDelivery, "change", WebhookDelivery.objects.get().pk)

    assert browser.get(path).status_code == 200
    assert browser.post(path, {"state": "delivered"}).status_code == 403
    assert WebhookDelivery.objects.get().state == WebhookDelivery.State.WAITING

import logging
import uuid
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from approvals import notifications
from approvals.models import ChangeRequest
from approvals.services import sweep
from experiments.models import Experiment
from experiments_api import env
from tenants.models import Role, RoleMembership
from tests.approvals.receiver import ask_to_launch, gate_launches, vote
from tests.client import DocumentedClient
from tests.factories import make_key, make_organization, make_user

COMMITTED = pytest.mark.django_db(transaction=True)
BROKEN = f"{__name__}.tell_nobody"
HALF_WRITING = f"{__name__}.write_and_fail"


def tell_nobody(notification):
    raise RuntimeError(notification.event)


@notifications.InsideTransaction
def write_and_fail(notification):
    ChangeRequest.objects.filter(pk=notification.request.pk).update(subject="half written")
    raise RuntimeError(notification.event)


@pytest.fixture(autouse=True)
def _mail_server(settings):
    settings.EMAIL_HOST = "mail.example.com"
    settings.DEFAULT_FROM_EMAIL = "experiments@example.com"


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def gate(project):
    return partial(gate_launches, project, now=timezone.now())


@pytest.fixture
def launch(client, experiment, on_commit):
    def ask():
        with on_commit():
            return ask_to_launch(client, experiment)

    return ask


@pytest.fixture
def asked(client, gate, grace, experiment):
    gate(grace)
    return ask_to_launch(client, experiment)


@pytest.fixture
def voter(grace):
    return DocumentedClient(make_key(grace))


def told(mailoutbox):
    return [(message.to, message.subject.partition(":")[0]) for message in mailoutbox]


def test_to_email__requested__approvers_and_nobody_else(
    gate, launch, organization, ada, grace, mailoutbox
):
    left = make_user("left@example.com", organization)
    left.memberships.all().delete()
    gone = make_user("gone@example.com", organization)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    stranger = make_user("stranger@example.org", make_organization())
    gate(ada, grace, left, gone, stranger)

    request = launch()

    assert told(mailoutbox) == [([grace.email], "Your approval is requested")]
    [message] = mailoutbox
    assert message.from_email == "experiments@example.com"
    assert request.intent_display["description"] in message.body
    assert f"/api/projects/{request.project_id}/change_requests/{request.pk}/" in message.body


def test_to_email__approvers_by_role__each_member_alone(
    gate, launch, organization, grace, mailoutbox
):
    alan = make_user("alan@example.com", organization)
    role = Role.objects.create(organization=organization, name="Reviewers")
    for user in (grace, alan):
        RoleMembership.objects.create(role=role, user=user)
    roles = [str(role.pk), "no uuid", str(uuid.uuid4())]
    config = {"quorum": 1, "users": [grace.pk, 10**30], "roles": roles}
    gate(approver_config=config)

    launch()

    assert [message.to for message in mailoutbox] == [[grace.email], [alan.email]]


def test_to_email__requester_may_approve__hears_of_it_too(gate, launch, ada, mailoutbox):
    gate(ada, allow_self_approve=True)

    launch()

    assert [message.to for message in mailoutbox] == [[ada.email]]


def test_to_email__no_approvers__silently_none(gate, launch, mailoutbox, caplog):
    gate()

    launch()

    assert mailoutbox == []
    assert "failed" not in caplog.text


def test_to_email__approved_and_applied__requester_told(asked, ada, voter, mailoutbox, on_commit):
    with on_commit():
        vote(voter, asked, "approve")

    assert told(mailoutbox) == [
        ([ada.email], "Someone approved your change"),
        ([ada.email], "Your change was applied"),
    ]


def test_to_email__rejected__requester_told(asked, ada, voter, mailoutbox, on_commit):
    with on_commit():
        vote(voter, asked, "reject", reason="Not now.")

    assert told(mailoutbox) == [([ada.email], "Your change was rejected")]


def test_to_email__failed__requester_told_why(asked, ada, voter, mailoutbox, on_commit):
    Experiment.objects.update(deleted=True)

    with on_commit():
        vote(voter, asked, "approve")

    assert told(mailoutbox)[-1] == ([ada.email], "Your change could not be applied")
    assert "Reason: The change is not possible any more" in mailoutbox[-1].body


def test_to_email__expired__requester_told(asked, ada, mailoutbox, on_commit):
    with on_commit():
        sweep(now=asked.expires_at)

    assert told(mailoutbox) == [([ada.email], "Your change expired without approval")]


def test_to_email__canceled__nobody_told(client, asked, mailoutbox, on_commit):
    with on_commit():
        vote(client, asked, "cancel")

    assert mailoutbox == []


def test_to_email__requester_inactive__nobody_told(asked, ada, mailoutbox, on_commit):
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    with on_commit():
        sweep(now=asked.expires_at)

    assert mailoutbox == []


def test_to_email__no_mail_server__none_sent(settings, asked, mailoutbox, on_commit):
    settings.EMAIL_HOST = ""

    with on_commit():
        sweep(now=asked.expires_at)

    assert mailoutbox == []


def test_to_email__description_of_many_lines__subject_of_one(asked, mailoutbox, on_commit):
    asked.intent_display = {"description": "Launch\r\nBcc: all@example.com " + "x" * 200}

    with on_commit(), transaction.atomic():
        notifications.announce("approval_expired", request=asked)

    [message] = mailoutbox
    assert message.recipients() == asked_by(asked)
    assert len(message.subject) == 100
    assert "\n" not in message.subject


def test_to_email__one_address_refused__others_told(
    gate, launch, organization, grace, mailoutbox, caplog
):
    alan = make_user("alan@example.com", organization)
    type(grace).objects.filter(pk=grace.pk).update(email="grace@example.com\nBcc: x@example.com")
    gate(grace, alan)

    launch()

    assert [message.to for message in mailoutbox] == [[alan.email]]
    assert "could not be sent by e-mail" in caplog.text


def test_to_email__nobody_answers__logged_and_request_kept(settings, gate, launch, grace, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    gate(grace)

    launch()

    assert "to_email failed on approval_requested" in caplog.text
    assert ChangeRequest.objects.get().state == "pending"


def test_to_log__requested__one_line_of_words_and_values(gate, launch, grace, caplog):
    caplog.set_level(logging.INFO)
    gate(grace)

    request = launch()

    [line] = [record for record in caplog.records if record.name == "approvals.sinks.log"]
    assert line.getMessage() == (
        f"event=approval_requested change_request={request.pk} action=feature_flag.enable "
        f"project={request.project_id} state=pending"
    )


@pytest.mark.parametrize("path", [BROKEN, HALF_WRITING, "nowhere.at_all"])
def test_announce__broken_sink__logged_and_others_told(settings, gate, launch, grace, caplog, path):
    settings.APPROVAL_NOTIFICATION_SINKS = [path, *settings.APPROVAL_NOTIFICATION_SINKS]
    gate(grace)

    request = launch()

    assert [message.to for message in mail.outbox] == [[grace.email]]
    assert request.subject != "half written"
    assert f"The sink {path} failed on approval_requested." in caplog.text


@COMMITTED
def test_announce__change_rolled_back__nobody_told(asked, mailoutbox):
    mailoutbox.clear()

    with transaction.atomic():
        notifications.announce("approval_expired", request=asked)
        transaction.set_rollback(True)

    assert mailoutbox == []


@COMMITTED
def test_announce__outside_of_a_transaction__refused(asked):
    with pytest.raises(RuntimeError, match="larger change"):
        notifications.announce("approval_expired", request=asked)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        pytest.param("", env.MailServer(), id="none"),
        pytest.param("smtp://mail", env.MailServer("mail", 25), id="plain"),
        pytest.param(
            "smtp+starttls://ada:p%40ss@mail.example.com",
            env.MailServer("mail.example.com", 587, "ada", "p@ss", "starttls"),
            id="starttls",
        ),
        pytest.param("smtps://[::1]:4650", env.MailServer("::1", 4650, security="tls"), id="tls"),
    ],
)
def test_mail_server__url__read(monkeypatch, url, server):
    monkeypatch.setenv("SAMPLE", url)

    assert env.mail_server("SAMPLE") == server


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail", "smtp://", "smtp://a:hunter2@mail:x", "smtp://[::1"]
)
def test_mail_server__unreadable__refused_without_repeating_it(monkeypatch, url):
    monkeypatch.setenv("SAMPLE", url)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be like") as refused:
        env.mail_server("SAMPLE")

    assert "hunter2" not in str(refused.value)


def asked_by(request):
    return [request.created_by.email]

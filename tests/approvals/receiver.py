"""A real HTTP server that takes webhooks, and the story that makes them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from approvals.models import ChangeRequest, WebhookDelivery
from approvals.services import Round, deliver_due
from approvals.services.policies import create_policy
from experiments.models import Experiment
from tenants.models import Project
from tests.client import DocumentedClient
from users.models import User


@dataclass
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(self.body)
        return document


class Receiver(ThreadingHTTPServer):
    """Answers with the statuses it is given, the last one again and again."""

    daemon_threads = True

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = list(statuses) or [204]
        self.received: list[Received] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?from=tests"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(Received(self.path, dict(self.headers), body))
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@contextmanager
def listening(*statuses: int) -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine."""
    with Receiver(*statuses) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def dead_url() -> str:
    """Return an address of this machine where nobody listens any more."""
    with listening() as server:
        return server.url


def gate_launches(project: Project, *approvers: User, now: datetime, **values) -> None:
    """Make a policy: nobody switches a flag on without one of these."""
    config = {"quorum": 1, "users": [user.pk for user in approvers]}
    create_policy(
        project=project,
        values={"action_key": "feature_flag.enable", "approver_config": config} | values,
        actor=None,
        now=now,
    )


def ask_to_launch(client: DocumentedClient, experiment: Experiment) -> ChangeRequest:
    """Ask for what needs approval, and return the request that came of it."""
    path = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"
    response = client.patch(path, {"start_date": "2026-01-01T00:00:00Z"})
    assert response.status_code == 409, response.content
    return ChangeRequest.objects.get(pk=response.json()["change_request_id"])


def vote(client: DocumentedClient, request: ChangeRequest, kind: str, **body) -> None:
    """Approve, reject or cancel a request."""
    path = f"/api/projects/{request.project_id}/change_requests/{request.pk}/{kind}/"
    response = client.post(path, body)
    assert response.status_code == 200, response.content


def deliver_at(moment: datetime) -> Round:
    """Post what is due at that moment."""
    return deliver_due(clock=lambda: moment)


def is_due_after(minutes: float) -> datetime:
    """Return the moment that many minutes after the only delivery became due."""
    return WebhookDelivery.objects.get().next_attempt_at + timedelta(minutes=minutes)

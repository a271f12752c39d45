"""Answering a GET again while nothing that its answer depends on has changed.

An answer depends on the request, on rows and on the time. The rows' state has a name, which the
database itself changes with them (`core.revisions`): the same request under the same name has the
same answer. Who asks is a part of the request, and what they may see is rows as well: their key,
their memberships, their roles, the rules about access. Only time changes without a name, so an
answer for which the view was asked what time it is, is not remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import ClassVar

from cachetools import LRUCache, TTLCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core import request_log
from core.exceptions import Throttled
from core.query_text import is_id
from core.responses import error_response
from core.revisions import Names, current_names
from projects.selectors import CURRENT
from users.authentication import bearer_value
from users.throttling import RateLimit
from users.tokens import hashed

# That a key is used is noted on the long way only, so that has to be gone now and then.
_SECONDS = 600
# The headers of an answer that a refusal has as well.
_EVERYWHERE = {"Allow", "Vary"}
# What an answer takes beside its body, in bytes.
_OVERHEAD = 1500


@dataclass(frozen=True)
class _Answer:
    names: Names
    body: bytes
    headers: Mapping[str, str]
    project: int
    user: int


_Question = tuple[str, ...]
_answers: TTLCache[_Question, _Answer] = TTLCache(
    settings.READ_MEMORY_BYTES, _SECONDS, getsizeof=lambda answer: len(answer.body) + _OVERHEAD
)
# Which project `@current` was when a key last asked for it: a guess, proved by the answer.
_current: LRUCache[str, int] = LRUCache(1000)
# One thread of a process answers requests as the server is started; nothing else says so.
_lock = Lock()


class RememberingMixin:
    # No docstring: it would become the published description of the resource.

    # The actions whose answers depend on watched rows alone, and perhaps on the time.
    remembered_actions: ClassVar[tuple[str, ...]] = ()

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        question = self._question(request)
        if question is None:
            return super().dispatch(request, *args, **kwargs)
        known, project = _recalled(question), self._supposed_project(question)
        # Asked before anything is read: what changes from now on has another name.
        names = None if project is None else current_names(project_id=project)
        if known and known.names == names:
            request_log.note(user=known.user, project=known.project)
            return _refusal(question[0], known) or HttpResponse(known.body, headers=known.headers)
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 200 and "now" not in vars(self):
            self._remember(question, response, project=project, names=names)
        return response

    def _question(self, request: HttpRequest) -> _Question | None:
        if request.method != "GET" or not settings.READ_MEMORY_BYTES:
            return None
        value = bearer_value(request)
        if value is None or self.action_map.get("get") not in self.remembered_actions:
            return None
        asked = (request.META.get(name, "") for name in ("QUERY_STRING", "HTTP_ACCEPT"))
        return hashed(value), request.scheme, request.get_host(), request.path, *asked

    def _supposed_project(self, question: _Question) -> int | None:
        reference = self.kwargs["project_id"]
        if reference == CURRENT:
            with _lock:
                return _current.get(question[0])
        return int(reference) if is_id(reference) else None

    def _remember(
        self,
        question: _Question,
        response: HttpResponseBase,
        *,
        project: int | None,
        names: Names | None,
    ) -> None:
        actual, headers = self.project.pk, dict(response.headers.items())
        answer = names and _Answer(names, response.content, headers, actual, self.actor.pk)
        with _lock:
            _current[question[0]] = actual
            # One that is larger than the whole memory is not kept.
            if answer and project == actual and _answers.getsizeof(answer) <= _answers.maxsize:
                _answers[question] = answer


def _recalled(question: _Question) -> _Answer | None:
    with _lock:
        return _answers.get(question)


def _refusal(key: str, known: _Answer) -> HttpResponse | None:
    # Who is remembered is counted like everybody.
    limit = RateLimit()
    if limit.allow_key(key, project_id=known.project):
        return None
    refusal = error_response(Throttled(limit.wait()))
    for name in _EVERYWHERE & known.headers.keys():
        refusal.headers[name] = known.headers[name]
    return refusal

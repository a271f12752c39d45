"""Computing a result that takes long: once however many ask, and kept in any case."""

import time
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from events.facts import Watermark
from results.models import StoredResult
from results.services.claims import claim_result
from results.services.result_cache import (
    AtCapacity,
    CacheKey,
    Computed,
    delete_old_results,
    get_or_compute,
)

NOTHING = Watermark(0, 0)
ASKERS = 4


@pytest.fixture
def key(project):
    return CacheKey(project.pk, "d" * 64, NOTHING, timedelta(hours=1))


def computing(answer, meanwhile=lambda: None):
    """Compute an answer, while something happens."""

    def compute():
        meanwhile()
        return Computed({"answer": answer}, NOTHING)

    return compute


def claim(key):
    return claim_result(project_id=key.project_id, digest=key.digest, now=timezone.now())


def lose_claim(key):
    """Let a claim end as if nobody had kept it, and somebody else take it."""
    StoredResult.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    return claim(key)


def ask_at_once(keys, meanwhile):
    """Let some ask for all keys one after the other, all at once; return which were computed."""
    runs, barrier, threads = [], Barrier(ASKERS), []

    def ask():
        for key in keys:
            barrier.wait()
            compute = computing(1, lambda key=key: runs.append(key) or meanwhile())
            while not _is_answered(key, compute):
                continue
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return runs


def _is_answered(key, compute):
    try:
        return get_or_compute(key, compute).document == {"answer": 1}
    except AtCapacity:
        return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_many_writers")
def test_result__takes_longer_than_a_claim__computed_once(key, settings):
    settings.RESULTS_STATEMENT_SECONDS = 2

    assert ask_at_once([key], lambda: time.sleep(7)) == [key]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_many_writers")
def test_result__ready_while_others_look__computed_once(key):
    keys = [replace(key, digest=f"{number:064}") for number in range(50)]

    assert ask_at_once(keys, lambda: time.sleep(0.049)) == keys


@pytest.mark.django_db
def test_result__claim_was_lost__stored_all_the_same(key):
    get_or_compute(key, computing(1, lambda: lose_claim(key)))

    assert get_or_compute(key, computing(2)).document == {"answer": 1}


@pytest.mark.django_db
def test_result__claim_was_lost__who_has_it_keeps_it(key):
    get_or_compute(key, computing(1, lambda: lose_claim(key)))

    assert claim(key) is None


@pytest.mark.django_db
def test_result__claim_was_lost_to_who_was_faster__newer_result_stays(key):
    def somebody_else():
        other = lose_claim(key)
        now = timezone.now()
        other.store(since=now, body='{"answer": 2}', basis="0/0", computed_at=now)

    get_or_compute(key, computing(1, somebody_else))

    assert get_or_compute(key, computing(3)).document == {"answer": 2}


@pytest.mark.django_db
def test_delete_old_results__one_is_computed_anew__stays(key):
    get_or_compute(key, computing(1))
    StoredResult.objects.update(computed_at=timezone.now() - timedelta(days=2))
    claim(key)

    assert delete_old_results(now=timezone.now()) == 0

"""Sources are made when something names them, and go a day after nothing does."""

import io
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from events.facts import (
    Matcher,
    SourceDefinition,
    catch_up,
    delete_sources_but,
    delete_unused_sources,
    facts_alias,
    get_or_create_sources,
    keep_wanted_sources,
    sources,
    wanted,
    wanted_by,
    wanted_sources,
)
from events.models import Source
from tests.events.conftest import event

# `events.facts.catch_up` is the function.
catching = import_module("events.facts.catch_up")
BUY, VIEW = SourceDefinition((Matcher("buy"),)), SourceDefinition((Matcher("view"),))


@pytest.fixture(autouse=True)
def _no_providers(monkeypatch):
    monkeypatch.setattr(wanted, "_providers", [])
    monkeypatch.setattr("events.facts.sources._PIECE", 1)


def run():
    out = io.StringIO()
    call_command("catch_up_facts", stdout=out)
    return out.getvalue().strip()


def count_facts():
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_fact")
        return cursor.fetchone()[0]


def test_catch_up_facts__metric_saved__facts_before_they_are_read(send, project):
    send(event("buy"), event("view"), event("view"))
    wanted_by(lambda: [(project.pk, VIEW), (project.pk, BUY), (project.pk, VIEW)])

    assert run() == "2 sources are up to date"
    assert count_facts() == 3


def test_catch_up_facts__nothing_names_a_source__gone_after_a_day(send, project):
    send(event("buy"), event("buy"), event("view"))
    catch_up(project.pk, get_or_create_sources(project.pk, [BUY, VIEW]))
    wanted_by(lambda: [(project.pk, VIEW)])

    assert run() == "2 sources are up to date"

    Source.objects.update(wanted_at=timezone.now() - timedelta(hours=25))
    assert run() == "1 sources are up to date"
    assert count_facts() == 1


def test_catch_up_facts__nobody_says_what_is_wanted__all_stay(project):
    get_or_create_sources(project.pk, [BUY])
    Source.objects.update(wanted_at=timezone.now() - timedelta(days=400))

    assert wanted_sources() is None
    assert run() == "1 sources are up to date"


def test_keep_wanted_sources__nothing_wanted_anywhere__all_idle_ones_go(project):
    get_or_create_sources(project.pk, [BUY, VIEW])

    assert keep_wanted_sources({}, now=timezone.now()) == (0, 0)
    assert keep_wanted_sources({}, now=timezone.now() + timedelta(days=2)) == (0, 2)


def test_get_or_create_sources__named_again__not_idle(project):
    get_or_create_sources(project.pk, [BUY])
    long_ago = timezone.now() - timedelta(days=3)
    Source.objects.update(wanted_at=long_ago)

    get_or_create_sources(project.pk, [BUY])

    assert Source.objects.get().wanted_at > long_ago


def test_delete_sources_but__interrupted_deletion__its_facts_go(send, project):
    send(event("buy"), event("buy", "bob"))
    catch_up(project.pk, get_or_create_sources(project.pk, [BUY]))
    Source.objects.all().delete()

    delete_sources_but(lambda: [project.pk])

    assert count_facts() == 0


def test_wanted_by__same_provider_twice__asked_once():
    calls = []

    def provider():
        calls.append(1)
        return []

    wanted_by(wanted_by(provider))

    assert wanted_sources() == {}
    assert calls == [1]


def test_sources__more_than_one_statement_takes__all_made_in_order(project):
    wanted = [SourceDefinition((Matcher(f"event {number}"),)) for number in range(1_001)]
    made = get_or_create_sources(project.pk, wanted)

    assert len(set(made)) == 1_001
    assert get_or_create_sources(project.pk, wanted) == made


def test_get_or_create_sources__idle_one_deleted_meanwhile__made_anew(project, monkeypatch):
    get_or_create_sources(project.pk, [BUY])
    Source.objects.update(wanted_at=timezone.now() - timedelta(days=3))
    found = sources._recently_wanted

    def deleted_afterwards(*arguments, **members):
        answer = found(*arguments, **members)
        delete_unused_sources(project.pk, used=(), idle_since=timezone.now() - timedelta(days=1))
        return answer

    monkeypatch.setattr(sources, "_recently_wanted", deleted_afterwards)

    assert get_or_create_sources(project.pk, [BUY]) == [Source.objects.get().pk]


def test_delete_unused_sources__named_meanwhile__stays(project, monkeypatch):
    get_or_create_sources(project.pk, [BUY, VIEW])
    Source.objects.update(wanted_at=timezone.now() - timedelta(days=3))

    def named_now(*_arguments):
        Source.objects.update(wanted_at=timezone.now())
        return 0

    # Beside the deletion of the first one.
    monkeypatch.setattr(sources, "_delete_in_pieces", named_now)
    yesterday = timezone.now() - timedelta(days=1)

    assert delete_unused_sources(project.pk, used=(), idle_since=yesterday) == 1
    assert Source.objects.count() == 1


def test_catch_up_facts__one_source_fails__the_others_are_up_to_date(send, project, monkeypatch):
    send(event("buy"), event("view"))
    wanted_by(lambda: [(project.pk, BUY), (project.pk, VIEW)])
    extract = catching._extract

    def failing(source, *arguments):
        if "buy" in source.definition:
            raise RuntimeError("broken")
        extract(source, *arguments)

    monkeypatch.setattr(catching, "_extract", failing)

    with pytest.raises(RuntimeError, match="broken"):
        run()
    assert count_facts() == 1

"""Requests take turns, but for those that give way."""

import threading

from core.ops.request_turns import giving_way, taking_turn

PATIENCE = 5


def started(application):
    def answer():
        with taking_turn():
            application({}, None)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return thread


def test_turns__two_requests__one_after_the_other():
    inside, may_end, second = threading.Event(), threading.Event(), threading.Event()

    def slow(environ, start_response):
        inside.set()
        may_end.wait(PATIENCE)
        assert not second.is_set()

    first = started(slow)
    assert inside.wait(PATIENCE)
    other = started(lambda environ, start_response: second.set())
    assert not second.wait(0.1)
    may_end.set()
    first.join(PATIENCE)
    other.join(PATIENCE)

    assert second.is_set()


def test_turns__one_gives_way__another_is_answered_meanwhile():
    inside, answered, seen = threading.Event(), threading.Event(), []

    def waiting(environ, start_response):
        with giving_way():
            inside.set()
            seen.append(answered.wait(PATIENCE))

    first = started(waiting)
    assert inside.wait(PATIENCE)
    started(lambda environ, start_response: answered.set()).join(PATIENCE)
    first.join(PATIENCE)

    assert seen == [True]


def test_giving_way__outside_of_requests__does_nothing():
    with giving_way():
        pass

from core.db.prefetch import prefetch_shared
from experiments.models import Experiment
from tests import factories


def _anew(*experiments):
    return [Experiment.objects.get(pk=experiment.pk) for experiment in experiments]


def test_attach__two_rows_with_the_same_one__share_it(
    project, ada, holdout, django_assert_num_queries
):
    rows = _anew(*(factories.make_experiment(project, ada, holdout=holdout) for _ in range(2)))

    with django_assert_num_queries(1):
        attached = prefetch_shared(rows, name="holdout")

    first, second = (row.holdout for row in rows)
    assert first is second is attached[0]
    assert first == holdout


def test_attach__row_without_one__has_none(experiment, django_assert_num_queries):
    rows = _anew(experiment)

    prefetch_shared(rows, name="holdout")

    with django_assert_num_queries(0):
        assert rows[0].holdout is None


def test_attach__one_that_is_gone_by_now__is_none(experiment):
    (row,) = rows = _anew(experiment)
    row.holdout_id = 10**6

    prefetch_shared(rows, name="holdout")

    assert row.holdout is None


def test_attach__no_rows__nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert prefetch_shared([], name="holdout") == []

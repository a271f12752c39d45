import pytest
from django.db import IntegrityError, transaction

from core.db import rows
from feature_flags.models import FeatureFlag
from tests import factories

# PostgreSQL keeps the members by length, and neither the exponent nor the sign of zero.
SENT = {"longer": {"b": 1e16, "a": -0.0}, "kurz": [True, 1, 1.0, "ä"], "x": None}


def _flag(project, key="checkout"):
    return FeatureFlag(project=project, key=key, filters=SENT)


def test_insert__new_row__knows_its_id_and_its_documents_as_they_are_kept(project):
    flag = _flag(project)

    rows.insert(flag)

    stored = FeatureFlag.objects.get()
    assert stored == flag
    assert repr(stored.filters) == repr(flag.filters)


def test_insert__broken_constraint__refused(project):
    rows.insert(_flag(project))

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(_flag(project))


def test_insert_or_ignore__another_row_has_the_key__not_inserted(project):
    factories.make_flag(project, "checkout")

    assert rows.insert_or_ignore(_flag(project)) is False
    assert FeatureFlag.objects.count() == 1


def test_insert_or_ignore__nothing_in_the_way__inserted(project):
    assert rows.insert_or_ignore(_flag(project)) is True
    assert FeatureFlag.objects.get().filters == SENT


def test_update__some_columns__others_stay(project):
    flag = factories.make_flag(project, "checkout")
    flag.name, flag.filters, flag.key = "Checkout", SENT, "not-written"

    rows.update(flag, columns={"name", "filters"})

    stored = FeatureFlag.objects.get()
    assert (stored.name, stored.key) == ("Checkout", "checkout")
    assert repr(stored.filters) == repr(flag.filters)

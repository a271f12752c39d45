from feature_flags.models import FeatureFlag
from tests import factories


def test_row__some_columns_asked__others_read_when_needed(project, django_assert_num_queries):
    factories.make_flag(project, "checkout", name="Checkout")

    with django_assert_num_queries(1):
        found = FeatureFlag.objects.only("key").get()
        assert found.key == "checkout"
        assert "name" in found.get_deferred_fields()
    with django_assert_num_queries(1):
        assert found.name == "Checkout"


def test_row__found__saved_as_a_row_that_is_there(project):
    factories.make_flag(project, "checkout")
    found = FeatureFlag.objects.get()

    found.name = "Checkout"
    found.save()

    assert FeatureFlag.objects.get().name == "Checkout"


def test_row__another_foreign_key__another_related_row(project, foreign_project):
    factories.make_flag(project, "checkout")
    found = FeatureFlag.objects.select_related("project").get()

    found.project_id = foreign_project.pk

    assert found.project == foreign_project

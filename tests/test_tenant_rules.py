"""House rules that keep tenants apart."""

import ast
from collections.abc import Iterator

import pytest

from activity import subjects
from tenants.levels import ACTIVITY_LOG, PROJECT
from tests.test_house_rules import TREES, api_routes

SHAPES = {
    name: tree
    for name, tree in TREES.items()
    if not name.startswith("tests/")
    and ("serializers" in name or name.endswith(("/fields.py", "/estimates.py")))
}


def unscoped_querysets(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of querysets that are not cut to what the request is about."""
    scoped = {
        inner
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and "self.context" in ast.unparse(function)
        for inner in ast.walk(function)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if not ast.unparse(call.func.value).endswith((".objects", "._default_manager")):
            continue
        if call.func.attr != "none" and call not in scoped:
            yield call.lineno


def test_serializers__any_queryset__cut_to_the_tenant_of_the_request():
    found = [f"{name}:{line}" for name, tree in SHAPES.items() for line in unscoped_querysets(tree)]

    assert SHAPES
    assert found == []


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("f = PrimaryKeyRelatedField(queryset=Experiment.objects.all())", 1),
        ("f = PrimaryKeyRelatedField(queryset=Experiment.objects.filter(deleted=False))", 1),
        ("f = PrimaryKeyRelatedField(queryset=Experiment.objects.none())", 0),
        ("def get_queryset(self): return Role.objects.all()", 1),
        ("def get_queryset(self): return Role.objects.filter(x=self.context['project'])", 0),
    ],
)
def test_unscoped_querysets__of_a_line__found(source, number):
    assert len(list(unscoped_querysets(ast.parse(source)))) == number


def test_resources__with_access_rules__left_out_of_the_history():
    named = {getattr(view.cls, "access_resource", PROJECT) for _, view in api_routes()}
    declared = {each for each in vars(subjects).values() if isinstance(each, subjects.Subject)}

    # `activity.selectors.visible` leaves out what a person is denied, of these only.
    assert {each for each in declared if each.resource} == {*subjects.RULED}
    assert named - {PROJECT, ACTIVITY_LOG} == {each.resource for each in subjects.RULED}

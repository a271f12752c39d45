import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Private to the ORM, or its undocumented half.
FENCED = ("django.db.models.sql", "django.db.models.query")


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _source():
    apps = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    return [path for app in apps for path in app.rglob("*.py")]


def test_modules__any__no_upper_layer_through_a_relation():
    # `Lower.relation.rel.related_model` is an import that the contracts cannot see.
    assert [path for path in _source() if ".rel.related_model" in path.read_text()] == []


def test_modules__outside_of_core_db__nothing_behind_the_orm():
    outside = [path for path in _source() if not path.is_relative_to(ROOT / "core" / "db")]

    reaching = [path for path in outside if any(name.startswith(FENCED) for name in _imports(path))]

    assert len(outside) > 200
    assert reaching == []

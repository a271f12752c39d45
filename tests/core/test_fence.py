import ast
from pathlib import Path

from tests.looping import in_one_test

ROOT = Path(__file__).parents[2]
# The ORM's undocumented half and the drivers, by the package that may import them.
FENCED = {
    "core/db": ("django.db.models.sql", "django.db.models.query", "psycopg"),
    "events/clickhouse": ("clickhouse_connect",),
}


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _source():
    packages = {path.parent for path in ROOT.glob("*/__init__.py")}
    apps = packages - {ROOT / "tests", ROOT / "bench"}  # the bench compares with bare drivers
    return [path for app in apps for path in app.rglob("*.py")]


def test_modules__any__no_upper_layer_through_a_relation():
    # `Lower.relation.rel.related_model` is an import that the contracts cannot see.
    assert [path for path in _source() if ".rel.related_model" in path.read_text()] == []


@in_one_test("folder", FENCED)
def test_modules__outside_of_the_fence__nothing_behind_it(folder):
    outside = [path for path in _source() if not path.is_relative_to(ROOT / folder)]

    reaching = [
        path for path in outside if any(name.startswith(FENCED[folder]) for name in _imports(path))
    ]

    assert len(outside) > 200
    assert reaching == []

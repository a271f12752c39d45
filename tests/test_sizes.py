import ast
from collections.abc import Iterator
from pathlib import Path

from tests.test_house_rules import ROOT, TREES, functions

# Where methods of views stand, beside the packages called `views`.
VIEW_FILES = {"views.py", "viewsets.py", "mixins.py"}


def length(node: ast.stmt) -> int:
    return node.end_lineno - node.lineno + 1


def view_methods(name: str, tree: ast.AST) -> Iterator[ast.FunctionDef]:
    path = Path(name)
    if path.name in VIEW_FILES or "views" in path.parts:
        classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
        yield from (
            each for cls in classes for each in cls.body if isinstance(each, ast.FunctionDef)
        )


def length_without_docstring(function: ast.FunctionDef) -> int:
    has_docstring = ast.get_docstring(function) is not None
    return length(function) - (length(function.body[0]) if has_docstring else 0)


def test_files__any__at_most_300_lines():
    long = [name for name in TREES if len((ROOT / name).read_text().splitlines()) > 300]

    assert long == []


def test_functions__any__at_most_30_lines():
    long = [
        f"{name}:{function.name}"
        for name, tree in TREES.items()
        for function in functions(tree)
        if length(function) > 30 and not function.name.startswith("represent_")
    ]

    assert long == []


def test_view_methods__any__at_most_12_lines():
    long = [
        f"{name}:{function.name}"
        for name, tree in TREES.items()
        for function in view_methods(name, tree)
        if length_without_docstring(function) > 12
    ]

    assert long == []

"""Every error code in the code stands in docs/errors.md."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_house_rules import ROOT

PAGE = (ROOT / "docs" / "errors.md").read_text()
# DRF's words for what the exception handler calls `invalid_input`.
RENAMED = {"invalid"}
PACKAGES = sorted(
    path.parent.name
    for path in ROOT.glob("*/__init__.py")
    if path.parent.name not in ("tests", "bench")
)


def codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if "default_code" in names:
                yield from texts(node.value)
        elif isinstance(node, ast.Call):
            yield from (
                text for each in node.keywords if each.arg == "code" for text in texts(each.value)
            )
            if isinstance(node.func, ast.Attribute) and node.func.attr == "fail":
                yield from texts(node.args[0])
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (
                text for key, value in pairs if "code" in texts(key) for text in texts(value)
            )


def texts(node: ast.AST | None) -> list[str]:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [node.value] if is_text else []


@pytest.mark.parametrize("package", PACKAGES)
def test_error_codes__of_a_package__on_the_page(package):
    found = {
        code
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
        for code in codes_in(ast.parse(path.read_text()))
    }

    assert found - RENAMED <= set(re.findall(r"`(\w+)`", PAGE))


@pytest.mark.parametrize("code", ["approval_required", "change_request_pending", "policy_conflict"])
def test_error_codes__of_approvals__on_the_page(code):
    assert f"| `{code}` |" in PAGE

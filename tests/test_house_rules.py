import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular import views as schema_views
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.schemas.generators import EndpointEnumerator

from accounts.permissions import SelfAccessPermission
from accounts.views import LoginViewSet, LogoutViewSet, PersonalAPIKeyViewSet, preflight
from api.permissions import APIScopePermission, RecentLoginPermission
from console import views as console_views
from core.exceptions import APIException
from core.http.document_view import DocumentView
from core.http.metrics_page import exposition
from core.http.responses import endpoint_not_found
from core.ops.health import health
from evaluation import views as evaluation_views
from events import views as event_views
from feature_flags.signals import flag_updated
from organizations.views import SignupViewSet
from tests.client import DOCUMENT

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = SETTINGS["tool"]["importlinter"]["root_packages"]
SOURCE = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in SOURCE + TESTS}
TEST_TREES = {name: tree for name, tree in TREES.items() if Path(name).name.startswith("test_")}

PUBLIC_VIEWS = (
    console_views.shell,
    health,
    preflight,
    exposition,
    endpoint_not_found,
    DocumentView,
    schema_views.SpectacularSwaggerView,
    schema_views.SpectacularRedocView,
)
# What SDKs call with a project's token: docs/sdks.md describes it.
SDK_VIEWS = (
    evaluation_views.flags,
    evaluation_views.decide,
    evaluation_views.config,
    evaluation_views.config_script,
    *(event_views.batch, event_views.capture, event_views.engage),
    evaluation_views.definitions,
    evaluation_views.definitions_in_project,
)
# Documented as everything else, but whoever calls them need not say who they are.
OPEN_VIEWSETS = {LoginViewSet, LogoutViewSet, SignupViewSet}
# Where keys need no scope: what they, and sessions, must pass instead.
WITHOUT_SCOPES = {
    PersonalAPIKeyViewSet: [IsAuthenticated, RecentLoginPermission, SelfAccessPermission],
}
WIRE_CODES = {"invalid": "invalid_input"}  # the envelope's word for the framework's
PURE_PACKAGES = {"property_filters"}  # without Django: no app
QUIRK_ID = r"[a-z0-9]+(?:-[a-z0-9]+)+"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def routes(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern.callback
        elif pattern.app_name != admin.site.name:
            yield from routes(pattern.url_patterns, path)


def api_routes() -> list[tuple[str, object]]:
    return [
        (path, callback)
        for path, callback in routes(get_resolver().url_patterns)
        if getattr(callback, "cls", callback) not in (*PUBLIC_VIEWS, *SDK_VIEWS)
    ]


def is_guarded(viewset: type) -> bool:
    if viewset in OPEN_VIEWSETS:
        return viewset.permission_classes == [AllowAny]
    if viewset in WITHOUT_SCOPES:
        return viewset.permission_classes == WITHOUT_SCOPES[viewset]
    asked = viewset.permission_classes[:2]
    return asked == [IsAuthenticated, APIScopePermission] and bool(viewset.scope_object)


def template(path: str) -> str:
    without_suffix = re.sub(r"/\?\\\.\(\?P<format>.*", "", path)
    readable = EndpointEnumerator().get_path_from_regex(without_suffix)
    readable = readable.replace("/api/environments", "/api/projects")
    return re.sub(r"\{\w+\}", "{}", readable.rstrip("/"))


def is_one_sentence(text: str) -> bool:
    return text.endswith((".", "?")) and not re.search(r"[.?]\s+[A-Z]", text)


def subclasses(cls: type) -> set[type]:
    return {cls}.union(*(subclasses(child) for child in cls.__subclasses__()))


def listed_codes() -> set[str]:
    text = (ROOT / "docs/errors.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def quirk_headings() -> set[str]:
    text = (ROOT / "docs/quirks.md").read_text()
    return set(re.findall(rf"^#{{2,3}} `?({QUIRK_ID})`?$", text, re.MULTILINE))


def test_apps__any__under_the_import_contracts():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert {*PACKAGES} == apps | {"experiments_api"} | PURE_PACKAGES


def test_apps__any__in_the_image():
    allowed = (ROOT / ".dockerignore").read_text().splitlines()

    assert [name for name in PACKAGES if f"!{name}" not in allowed] == []


def test_apps__any__checked_by_mypy():
    assert set(SETTINGS["tool"]["mypy"]["files"]) == set(PACKAGES)


def test_settings__every_variable__in_the_example_file():
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "experiments_api/settings.py").read_text())
    explained = re.findall(r"^# ?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert set(read) - set(explained) == set()


def test_modules__any__no_catch_all_name():
    catch_alls = {"utils", "helpers", "common", "misc"}

    assert [name for name in TREES if catch_alls & set(Path(name).with_suffix("").parts)] == []


def test_modules__not_empty__docstring_of_one_sentence():
    bare = [
        name
        for name, tree in TREES.items()
        if tree.body
        and name not in TEST_TREES
        and not is_one_sentence((ast.get_docstring(tree) or "").partition("\n\n")[0])
    ]

    assert bare == []


def test_tests__any__named_for_subject_condition_outcome():
    part = r"[a-z0-9]+(?:_[a-z0-9]+)*"
    wrong = [
        f"{name}:{function.name}"
        for name, tree in TEST_TREES.items()
        for function in functions(tree)
        if function.name.startswith("test")
        and not re.fullmatch(rf"test_{part}__{part}__{part}", function.name)
    ]

    assert wrong == []


def test_tests__any__functions_without_docstrings():
    classes = [
        f"{name}:{node.name}"
        for name, tree in TEST_TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    ]
    explained = [
        f"{name}:{function.name}"
        for name, tree in TEST_TREES.items()
        for function in functions(tree)
        if function.name.startswith("test") and ast.get_docstring(function)
    ]

    assert classes + explained == []


def test_flag_updated__connected__exactly_one_receiver():
    assert len(flag_updated.receivers) == 1


def test_routes__any__ask_for_a_user_and_a_scope():
    assert [path for path, view in api_routes() if not is_guarded(view.cls)] == []


def test_routes__any__documented_with_all_their_methods():
    documented = {
        template(path): operations.keys() for path, operations in DOCUMENT["paths"].items()
    }
    undocumented = [
        (path, method)
        for path, view in api_routes()
        for method in view.actions.keys() - {"head"}  # the framework adds it to any GET
        if method not in documented.get(template(path), ())
    ]

    assert undocumented == []


def test_errors_page__every_exception__code_listed():
    for name in TREES:
        # Nothing is raised by the project package, and importing it could start a server.
        if not name.startswith(("tests/", "experiments_api/")):
            importlib.import_module(name.removesuffix(".py").replace("/", "."))

    raised = {
        WIRE_CODES.get(cls.default_code, cls.default_code)
        for cls in subclasses(APIException)
        if cls.__module__.split(".")[0] in PACKAGES
    }
    assert raised - listed_codes() == set()


def test_errors_page__every_code_in_a_call__listed():
    named = {
        WIRE_CODES.get(keyword.value.value, keyword.value.value)
        for name, tree in TREES.items()
        if not name.startswith("tests/")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }

    assert named - listed_codes() == set()


def test_quirks_page__every_entry__has_its_test():
    files = sorted((ROOT / "tests/contract").glob("test_quirks*.py"))
    tests = "".join(path.read_text() for path in files)
    commented = set(re.findall(rf"^# Quirk: ({QUIRK_ID})$", tests, re.MULTILINE))
    named = {quirk for quirk in quirk_headings() if f"_{quirk.replace('-', '_')}__" in tests}

    assert quirk_headings() - commented - named == set()
    assert commented - quirk_headings() == set()


def test_quirks_page__comment_in_code__names_an_entry():
    named = {
        quirk
        for path in SOURCE
        for quirk in re.findall(r"# Wire quirk: ([\w-]+)", path.read_text())
    }

    assert named - quirk_headings() == set()

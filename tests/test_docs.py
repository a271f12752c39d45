import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from django.core.management import get_commands
from django.urls import get_resolver

from tests.client import DOCUMENT
from tests.looping import in_one_test
from tests.test_house_rules import PACKAGES, ROOT, routes, template

PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("[!.]*/*/README.md")})
every_page = in_one_test("page", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
# A decision that was overtaken says so at its top; what it was about may be gone.
OVERTAKEN = re.compile(r"^\*\*Overtaken", re.MULTILINE)
HISTORY = {ROOT / "CHANGELOG.md"}
# Made by people or by the commands: not part of the project.
MADE_LATER = {".env", ".venv", ".git", "var", "docs"}
TOP_LEVEL = {path.name for path in ROOT.iterdir()} - MADE_LATER | {"docs"}
SOURCE_FILES = {"", ".py", ".sh", ".toml", ".yml", ".yaml", ".html", ".js", ".example", ".lock"}
# Routes that are handled without a view of their own, and the catch-all that has none.
WITHOUT_A_ROUTE = {"/_livez", "/_readyz", "/admin"}
CATCH_ALL = "/api"
# Names of other programs, and prefixes of names.
# Nothing is named by dots in the project package, and importing it could start a server.
IMPORTABLE = {*PACKAGES} - {"experiments_api"}
CHECK_ID = re.compile(r"\.[EW]\d{3}$")
FOREIGN_NAMES = {"HttpOnly", "SameSite", "MALLOC_ARENA_MAX", "server_side_binding"}
FOREIGN_NAMES |= {"verb_noun", "list_", "get_", "find_", "lock_", "prefetch_"}
# Endpoints of the hosted service, which docs/quirks.md names because they are not here.
HOSTED_ONLY = {"evaluation_reasons", "user_blast_radius"}


def code_spans(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", text)


def normal(path: str) -> str:
    return re.sub(r"<[^>]+>|\{\w+\}|@current|@me", "{}", path).rstrip("/")


@cache
def served_routes() -> set[str]:
    paths = (path for path, _ in routes(get_resolver().url_patterns))
    served = {normal(f"/{template(path).lstrip('/')}") for path in paths}
    return served - {CATCH_ALL} | WITHOUT_A_ROUTE


def is_endpoint(span: str) -> bool:
    wanted = "/" + normal(span.partition("?")[0]).strip("/")
    return any(path.endswith(wanted) for path in served_routes())


def listed_endpoints() -> dict[tuple[str, str], set[str]]:
    """Return the scopes that the page names for each path and method."""
    endpoints, base = {}, ""
    for line in (ROOT / "docs/endpoints.md").read_text().splitlines():
        if found := re.match(r"Below `([^`]+)`", line):
            base = found[1]
        if cells := re.match(r"\| (`.+`) \| ([A-Z, ]+) \| ([^|]+) \|", line):
            for path in re.findall(r"`([^`]+)`", cells[1]):
                whole = path if path.startswith("/") else base + path
                for method in cells[2].split(", "):
                    endpoints[normal(whole), method] = set(re.findall(r"[\w:]+", cells[3]))
    return endpoints


def documented_scopes() -> dict[tuple[str, str], set[str]]:
    """Return the scopes that the OpenAPI document names for each operation that can succeed."""
    return {
        (normal(path), method.upper()): scopes_of(operation)
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        if any(status < "300" for status in operation["responses"])
    }


def scopes_of(operation: dict) -> set[str]:
    needs = operation.get("security", [{"nothing": ["none"]}])
    bare = {"PersonalAPIKeyAuth": "key", "SessionAuth": "session"}
    pairs = chain.from_iterable(need.items() for need in needs)
    return set(chain.from_iterable(scopes or [bare[scheme]] for scheme, scopes in pairs))


def read_variables() -> set[str]:
    sources = "".join(path.read_text() for path in (ROOT / "experiments_api").glob("*.py"))
    scripts = [ROOT / "docker-compose.yml", *(ROOT / "bin").iterdir()]
    shell = "".join(path.read_text() for path in scripts if path.is_file())
    in_python = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', sources)
    return {*in_python, *re.findall(r"\$\{([A-Z_]+):-", shell)}


def listed_variables() -> set[str]:
    rows = re.findall(r"^\| (.+?) \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    return set(re.findall(r"`([A-Z_]+)`", "".join(rows)))


@cache
def words_of_the_source() -> set[str]:
    files = (
        path
        for name in TOP_LEVEL - {"docs"}
        for path in [ROOT / name, *(ROOT / name).rglob("*")]
        if path.is_file() and path.suffix in SOURCE_FILES and path.name != Path(__file__).name
    )
    return {word for path in files for word in re.findall(r"\w+", path.read_text(errors="ignore"))}


def is_known(name: str) -> bool:
    looks_like_code = "_" in name or re.search(r"[a-z][A-Z]", name)
    return not looks_like_code or name in words_of_the_source() | FOREIGN_NAMES | HOSTED_ONLY


def is_resolvable(dotted: str) -> bool:
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def exists(span: str) -> bool:
    path, _, rest = span.partition(" ")
    if path == "bin/manage":
        return rest.split()[0] in get_commands()
    return (ROOT / path.partition("<")[0]).exists() or is_endpoint(span)


def test_endpoints_page__every_operation__listed_with_its_scopes():
    listed = listed_endpoints()
    missing = {
        operation: scopes
        for operation, scopes in documented_scopes().items()
        if not scopes <= listed.get(operation, set())
    }

    assert missing == {}


def test_endpoints_page__every_listed_scope__needed_by_a_method():
    needed: dict[str, set[str]] = {}
    for (path, _), scopes in documented_scopes().items():
        needed.setdefault(path, set()).update(scopes)

    idle = {
        (path, method)
        for (path, method), scopes in listed_endpoints().items()
        if scopes - needed.get(path, scopes)
    }
    assert idle == set()


def test_endpoints_page__routes__the_same_as_in_the_code():
    assert {path for path, _ in listed_endpoints()} == served_routes()


def test_configuration_page__every_variable__listed():
    assert read_variables() - listed_variables() == set()


def test_configuration_page__every_row__in_the_code_and_the_example_file():
    assert listed_variables() - words_of_the_source() == set()
    example = re.findall(r"^# ?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert listed_variables() == set(example)


@every_page
def test_page__links__lead_to_files(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if "://" not in target]

    assert [target for target in local if not (page.parent / target).exists()] == []


@every_page
def test_page__paths_in_backticks__exist(page):
    if page in HISTORY or OVERTAKEN.search(page.read_text()):
        return
    paths = [
        span
        for span in code_spans(page)
        if re.fullmatch(r"[\w.-]+(/[\w.<> -]*)+", span) and span.split("/")[0] in TOP_LEVEL
    ]

    assert [path for path in paths if not exists(path)] == []


@every_page
def test_page__names_in_backticks__in_the_code(page):
    if page in HISTORY or OVERTAKEN.search(page.read_text()):
        return
    spans = [span for span in code_spans(page) if re.fullmatch(r"@?[A-Za-z_][\w.]*(\(.*\))?", span)]
    names = {name for span in spans for name in re.findall(r"\w+", span.partition("(")[0])}
    dotted = {span.partition("(")[0] for span in spans if span.split(".")[0] in IMPORTABLE}
    dotted = {name for name in dotted if not CHECK_ID.search(name)}

    assert [name for name in sorted(names) if not is_known(name)] == []
    assert [name for name in sorted(dotted) if "." in name and not is_resolvable(name)] == []


def test_decisions__numbers__each_once():
    numbers = [page.name.partition("-")[0] for page in (ROOT / "docs/decisions").glob("*.md")]

    assert len(numbers) == len(set(numbers))

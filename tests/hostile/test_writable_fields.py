import re
from collections.abc import Iterator
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import DOCUMENT
from tests.hostile.bodies import hostile_texts, places, with_hostile
from tests.hostile.conftest import BODIES
from tests.looping import in_one_test

NOBODY = UUID(int=0)
# A session for two hours of tests, not for the lock-out.
SKIPPED = {"/api/login/", "/api/logout/"}


def writing_operations() -> Iterator[tuple[str, str]]:
    for template, operations in DOCUMENT["paths"].items():
        for method in ("post", "put", "patch"):
            if method in operations and template not in SKIPPED:
                yield method, template


def fields_of(method: str, template: str) -> list[str]:
    content = DOCUMENT["paths"][template][method].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(DOCUMENT["components"]["schemas"].get(name, schema).get("properties", {}))


def filled(template: str, ids: dict[str, object]) -> str:
    path = ""
    for word in template.split("/")[1:-1]:
        if not word.startswith("{"):
            path += f"/{word}"
        else:
            above = path.rpartition("/")[2]
            path += f"/{ids.get(word.strip('{}'), ids.get(above, NOBODY))}"
    return f"{path}/"


def body_for(template: str) -> dict[str, object]:
    words = [word for word in re.findall(r"/(\w+)", template) if word in BODIES]
    return BODIES[words[-1]] if words else {}


@in_one_test(("method", "template"), list(writing_operations()))
@settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_body__hostile_part__refused_or_taken_as_documented(admin, ids, method, template, data):
    body = body_for(template)
    others = [(name,) for name in fields_of(method, template) if name not in body]
    path = data.draw(st.sampled_from([(), *places(body), *others]))
    text = with_hostile(body, path=path, text=data.draw(hostile_texts))
    sent = text.encode("utf-8", "surrogatepass")

    # The client reads each answer with the document: any other than those in it fails here.
    response = admin.generic(method.upper(), filled(template, ids), sent, "application/json")

    assert response.status_code < 500, (text[:500], response.content)

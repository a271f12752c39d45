import pytest

from tests.client import DOCUMENT
from tests.test_openapi import OPERATIONS


def test_tags__all_operations__described_and_experiments_first():
    used = {tag for _, _, operation in OPERATIONS for tag in operation["tags"]}

    tags = [tag["name"] for tag in DOCUMENT["tags"]]
    assert set(tags) == used
    assert tags[:3] == ["experiments", "experiment_holdouts", "experiment_saved_metrics"]
    assert all(tag["description"] for tag in DOCUMENT["tags"])
    assert DOCUMENT["x-tagGroups"] == [{"name": "All endpoints", "tags": tags}]
    assert next(iter(DOCUMENT["paths"])) == "/api/projects/{project_id}/experiments/"


def test_introduction__for_newcomers__keys_first_call_pages_and_refusals():
    text = DOCUMENT["info"]["description"]

    for part in ("## Keys", "## First call", "## Pages", "## Refusals", "Authorization: Bearer"):
        assert part in text


def test_requests__any_operation__json_alone():
    types = [
        list(operation["requestBody"]["content"])
        for _, _, operation in OPERATIONS
        if "requestBody" in operation
    ]

    assert types
    assert all(found == ["application/json"] for found in types)


def test_components__any__no_property_of_its_own_name_and_no_nameless_value():
    def plain(name: str) -> str:
        return name.replace("_", "").lower().removesuffix("request")

    schemas = DOCUMENT["components"]["schemas"]
    for name, schema in schemas.items():
        assert plain(name) not in map(plain, schema.get("properties", {}))
        assert not {"", None} & set(schema.get("enum", ()))
        shown = [schema, *schema.get("properties", {}).values()]
        assert all(each.get("type") != "null" for each in shown), name


@pytest.mark.parametrize(
    ("member", "component"),
    [
        ("parameters", "ExperimentParameters"),
        ("scheduling_config", "ExperimentScheduling"),
        ("exposure_criteria", "ExposureCriteria"),
        ("stats_config", "StatsConfig"),
    ],
)
def test_experiment__its_objects__described(member, component):
    schemas = DOCUMENT["components"]["schemas"]

    for name in ("Experiment", "ExperimentRequest", "PatchedExperimentRequest"):
        shown = schemas[name]["properties"][member]
        assert shown["oneOf"][0] == {"$ref": f"#/components/schemas/{component}"}
        assert schemas[name]["properties"]["metrics"]["items"] == {
            "$ref": "#/components/schemas/ExperimentMetric"
        }
    assert schemas[component]["properties"]
    assert schemas[component]["description"]


def test_refusals__any__have_a_detail():
    schemas = DOCUMENT["components"]["schemas"]

    def details(schema: dict) -> list[bool]:
        if "$ref" in schema:
            return details(schemas[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return [found for part in schema["anyOf"] for found in details(part)]
        return ["detail" in schema["required"]]

    for _, _, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if status >= "400" and "content" in answer:
                assert all(details(answer["content"]["application/json"]["schema"]))


def test_types__of_any_schema__each_once():
    def repeated(node: object) -> list[object]:
        if isinstance(node, list):
            return [found for part in node for found in repeated(part)]
        if not isinstance(node, dict):
            return []
        types = node.get("type")
        here = [types] if isinstance(types, list) and len(set(types)) < len(types) else []
        return here + [found for part in node.values() for found in repeated(part)]

    assert repeated(DOCUMENT) == []

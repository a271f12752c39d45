import gzip
import re

import pytest
from django.test import Client

from console.assets import FOLDER, preloaded
from tests.looping import in_one_test

KIB = 1024
MODULES = sorted(path for path in FOLDER.rglob("*.js") if "vendor" not in path.parts)


def packed(paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_budgets__vendor_styles_first_screen_everything__kept():
    first = [FOLDER / name for name in preloaded("/project/1/experiments")]
    styles = sorted(FOLDER.glob("css/*.css"))

    assert packed([FOLDER / "vendor/preact.js"]) <= 16 * KIB
    assert packed(styles) <= 8 * KIB
    assert packed([*first, *styles, FOLDER / "icons.svg"]) <= 60 * KIB
    assert (
        packed([*MODULES, *styles, FOLDER / "vendor/preact.js", FOLDER / "icons.svg"]) <= 177 * KIB
    )


def test_preloaded__list_of_experiments__all_that_its_page_imports():
    names = preloaded("/project/1/experiments")

    assert {"main.js", "pages/experiments.js", "domain/status.js", "ui/use_read.js"} <= {*names}
    assert len(names) == len({*names})


@pytest.mark.parametrize(
    ("path", "wanted", "other"),
    [
        ("experiments/7", "ui/experiment/metric_table.js", "pages/experiment_new.js"),
        ("experiments/7/history", "pages/experiment.js", "ui/experiment/metric_table.js"),
        ("experiments/new", "pages/experiment_new.js", "pages/experiment.js"),
        ("feature_flags/7/test", "pages/flag.js", "pages/flags.js"),
        ("holdouts", "ui/app.js", "pages/experiments.js"),
    ],
)
def test_preloaded__other_pages__what_they_show_first(path, wanted, other):
    names = preloaded(f"/project/1/{path}")

    assert wanted in names
    assert other not in names


@in_one_test("path", MODULES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_module__any__small_explained_and_in_its_layer(path):
    text = path.read_text()
    imports = re.findall(r'from "(\.[^"]+)"', text)
    targets = [(path.parent / name).resolve().relative_to(FOLDER) for name in imports]

    assert text.startswith("// ")
    assert len(text.splitlines()) <= 200
    assert all((FOLDER / target).is_file() for target in targets)
    layer = path.relative_to(FOLDER).parts[0]
    if layer == "domain":
        assert {target.parts[0] for target in targets} <= {"domain"}
        assert not re.search(r"\b(document|window|fetch)\b\.", text)
    elif layer in ("ui", "pages"):
        assert "pages" not in {target.parts[0] for target in targets}


def test_shell__any_page__strict_policy_and_own_files(db):
    response = Client().get("/project/1/experiments")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert not re.search(r"<script(?! type=\"module\" src=)|<style|\son\w+=|\sstyle=", page)
    assert not re.search(r'(?:src|href)="(?!/static/console-)', page)


@pytest.mark.parametrize(
    "path", ["/", "/login", "/me", "/project/1/feature_flags/7/test", "/signup/x"]
)
def test_shell__paths_of_pages__answered_to_everybody(db, path):
    response = Client().get(path)

    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("path", ["/projects", "/experiment", "/flags/definitions/x"])
def test_shell__other_paths__not_the_console(db, path):
    assert "text/html" not in Client().get(path).headers["Content-Type"]

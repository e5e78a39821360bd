"""Who may import whom: no TensorFlow, Keras or scikit-learn in the server's process, no Streamlit in core."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.home import PROJECT

HEAVY = {"tensorflow", "keras", "sklearn"}
LOADED = "import json, sys; [__import__(name) for name in sys.argv[1:]]; print(json.dumps(sorted(sys.modules)))"


def modules(folder: str) -> list[str]:
    files = sorted((PROJECT / folder).rglob("*.py"))
    return [".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__") for file in files]


def light_core() -> list[str]:
    return [name for name in modules("core") if not name.startswith(("core.learning", "core.__main__"))]


def loaded_by(names: list[str]) -> set[str]:
    """Top-level modules that a fresh interpreter has after importing `names`."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED, *names], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_what_the_server_imports_pulls_in_no_tensorflow_and_no_scikit_learn():
    assert not loaded_by([*light_core(), *modules("ui")]) & HEAVY


def test_light_core_knows_no_streamlit_and_no_pages():
    assert not loaded_by(light_core()) & {"streamlit", "pages", "ui", *HEAVY}


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("file", sorted((PROJECT / "pages").rglob("*.py")), ids=lambda file: file.stem)
def test_a_page_is_thin_and_imports_no_heavy_library_and_no_page(file):
    assert not imported(file) & {*HEAVY, "pages", "core.learning"}
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 80


def test_only_the_session_touches_the_browser_s_state():
    for file in [*(PROJECT / "ui").rglob("*.py"), *(PROJECT / "pages").rglob("*.py")]:
        attributes = {node.attr for node in ast.walk(parsed(file)) if isinstance(node, ast.Attribute)}
        if file.name != "session.py":
            assert not attributes & {"session_state", "query_params"}, file


DOORS = {
    *("open_run", "list_runs", "index_of", "discarded", "active_runs", "stop_all"),
    *("open_dataset", "list_datasets", "seen_datasets", "run_dataset"),
}
INSIDE = {
    "ui/access.py",  # asks who looks
    "ui/downloads.py",  # asks who looks, outside of a page's script
    "ui/services.py",  # the timer, which waits for anybody's training
    "ui/classroom/training.py",  # the teacher's page, which asks for one
}


def test_runs_and_sets_are_opened_through_the_one_door_that_asks_who_looks():
    for file in [*(PROJECT / "ui").rglob("*.py"), *(PROJECT / "pages").rglob("*.py")]:
        if file.relative_to(PROJECT).as_posix() in INSIDE:
            continue
        nodes = list(ast.walk(parsed(file)))
        assert not {node.name for node in nodes if isinstance(node, ast.alias)} & DOORS, file
        folders = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "runs"]
        assert not [folder for folder in folders if folder.endswith("home.runs")], file


def test_core_never_imports_ui():
    for file in (PROJECT / "core").rglob("*.py"):
        assert not imported(file) & {"ui", "pages", "streamlit"}, file

"""The house rules that no tool of others holds for us."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [
    path
    for folder in ("src", "generators")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.parent.name != "migrations"
]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
LAYERS = {path.name for path in (ROOT / "src/mezon").iterdir() if path.is_dir()}
MOST_LINES = 400
MOST_FUNCTION_LINES = 40


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: the list of committed files is not known")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def public_entries(scope: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Give the public classes and functions of a module, and the public methods of those classes."""
    for entry in scope.body:
        if isinstance(entry, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not entry.name.startswith("_"):
            yield entry
            if isinstance(entry, ast.ClassDef):
                yield from public_entries(entry)


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    first = function.body[1] if has_docstring else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_no_file_outgrows_one_head() -> None:
    long = [f"{path.relative_to(ROOT)}: {lines} lines" for path in [*SOURCES, *TESTS]
            if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES]  # fmt: skip
    assert not long, long


def test_no_function_outgrows_one_screen() -> None:
    long = [f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {lines} lines" for path in SOURCES
            for function in functions(path) if (lines := body_lines(function)) > MOST_FUNCTION_LINES]  # fmt: skip
    assert not long, long


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent, silent


def test_every_public_function_and_class_says_what_it_does() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{entry.lineno} {entry.name}"
        for path in SOURCES
        for entry in public_entries(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(entry)
    ]
    assert not silent, silent


def test_every_function_says_what_it_gives() -> None:
    """Of compiled loops numba infers the types; it is told none."""
    inferred = ROOT / "src/mezon/engine/index/compiled.py"
    silent = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in SOURCES
        if path != inferred
        for function in functions(path)
        if function.returns is None
    ]
    assert not silent, silent


def test_no_name_says_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data2"}
    found = [
        str(path.relative_to(ROOT)) for path in SOURCES if path.stem in empty_names or path.parent.name in empty_names
    ]
    assert not found, found


def test_the_tree_of_tests_mirrors_the_tree_of_sources() -> None:
    """A test file in a layer's folder names a module of that layer: tests/engine/test_formula.py, engine/formula.py."""
    strays = []
    for path in TESTS:
        relative = path.relative_to(ROOT / "tests")
        if relative.parts[0] not in LAYERS - {"packs"} or len(relative.parts) < 2:
            continue
        folder = ROOT / "src/mezon" / relative.parent
        name = path.stem.removeprefix("test_")
        modules = {module.stem for module in folder.glob("*.py")} | {f.name for f in folder.iterdir() if f.is_dir()}
        if not any(name == module or name.startswith(f"{module}_") for module in modules):
            strays.append(str(relative))
    assert not strays, strays


def test_every_registered_method_has_its_page_and_a_test() -> None:
    import mezon.methods  # noqa: F401 - registers them
    from mezon.methods.registry import METHODS

    assert METHODS
    pages = {path.stem for path in (ROOT / "docs/methods").glob("*.md")}
    tested = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    lacking = [name for name in METHODS if name.replace("/", "-") not in pages]
    untested = [name for name, entry in METHODS.items() if name not in tested and entry.function.__name__ not in tested]
    assert not lacking, f"no page in docs/methods: {lacking}"
    assert not untested, f"no test names them: {untested}"


def test_nothing_committed_names_a_host_of_packages_or_a_path_of_a_machine() -> None:
    # Written in parts, so that this file does not name them itself.
    forbidden = re.compile(
        "|".join(["/wor" + "k/", "/ro" + "ot/", "/ho" + "me/", "pypi" + r"\.org", "files.python" + "hosted"])
    )
    texts = {".py", ".toml", ".md", ".lock", ".in", ".csv", ".json", ".cfg", ""}
    found = [f"{path.relative_to(ROOT)}: {match.group()}" for path in committed_files() if path.suffix in texts
             if (match := forbidden.search(path.read_text(encoding="utf-8", errors="replace")))]  # fmt: skip
    assert not found, found


def test_locks_are_hashed_and_hold_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert {path.stem for path in locks} == {"boot", "core", "dev", "web"}
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text, path.name
    assert not [path.name for path in committed_files() if path.name in {"uv.lock", "pylock.toml"}]


def test_the_core_imports_without_any_extra() -> None:
    extras = {"django", "altair", "typst", "numba", "pandas", "pyarrow"}
    used = set()
    optional = (
        ROOT / "src/mezon/web",
        ROOT / "src/mezon/disseminate/charts",
        ROOT / "src/mezon/engine/index/compiled.py",
        ROOT / "generators/translations.py",
    )
    for path in SOURCES:
        if any(path.is_relative_to(place) for place in optional):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                used.add(node.module.split(".")[0])
    assert not used & extras, used & extras

"""Nothing writes to the database but a mutation, or what only mutations call, or what is named here with its reason."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).parents[3] / "src/mezon/web"
_ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user", "executemany"}
_OF_ROWS = {"create", "update", "delete"}
_ROWS = {"objects", "filter", "exclude", "all", "_default_manager"}

#: What writes and is no mutation: "module:function" (or a whole module by "module:*"), and why that is right.
ALLOWED = {
    "audit/recording:record": "the record itself",
    "audit/sealing:*": "triggers, by a migration",
    "accounts/models:create_user": "called by a mutation, and by tests",
    "accounts/joining:join": "the link is its own permission; leaves a security record",
    "accounts/tokens:actor_of_token": "when a token was last used; no right changes",
    "accounts/views/own:home": "one's own name and language; leaves a security record",
    "accounts/sessions:*": "sessions of oneself, or within a mutation; a record tells of each end",
    "warehouse/store/*:*": "the store under the mutations: every write is a numbered Change with person and reason",
    "warehouse/backup/*:*": "restoring into an empty database, from the command line",
    "working/*:*": "how far jobs are; what a job does is a mutation, with the rights of who asked",
    "api/remembering:*": "answers kept for a while, so that a call sent twice acts once",
    "warehouse/publishing:*": "publishing from the command line and within release.publish",
}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def names_in(node: ast.AST) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def writes(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.attr
            if called in _ALWAYS or (called in _OF_ROWS and names_in(node.func.value) & _ROWS):
                return True
    return False


def called_by(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def is_mutation(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id == "mutation"
        for item in function.decorator_list
    )


def allowed(place: str) -> bool:
    module = place.partition(":")[0]
    folder = f"{module.rpartition('/')[0]}/*:*"
    return place in ALLOWED or f"{module}:*" in ALLOWED or folder in ALLOWED


def test_every_function_that_writes_is_a_mutation_or_is_called_by_mutations_alone() -> None:
    writers: dict[str, int] = {}
    callers: dict[str, set[str]] = defaultdict(set)
    fine, waiting = set(), set()
    for path in sorted(WEB.rglob("*.py")):
        module = path.relative_to(WEB).with_suffix("").as_posix()
        for function in functions(path) if "migrations" not in path.parts else ():
            place = f"{module}:{function.name}"
            (fine if is_mutation(function) or allowed(place) else waiting).add(place)
            if writes(function):
                writers[place] = function.lineno
            for name in called_by(function):
                callers[name].add(place)
    while settled := {place for place in waiting if (by := callers[place.partition(":")[2]] - {place}) and by <= fine}:
        fine |= settled
        waiting -= settled
    strays = sorted(
        f"src/mezon/web/{place.replace(':', '.py: ')} (line {line})"
        for place, line in writers.items()
        if place in waiting
    )
    assert not strays, "\n".join(strays)


def test_nothing_is_allowed_that_is_not_there() -> None:
    for place in ALLOWED:
        module, _, name = place.partition(":")
        found = list(WEB.glob(f"{module}.py"))
        assert found, place
        assert name == "*" or name in {function.name for path in found for function in functions(path)}, place

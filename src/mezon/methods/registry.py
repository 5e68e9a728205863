"""Every method under the one name a methodology file uses for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from mezon.errors import MethodRegisteredTwice

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A registered method: its function, and the parameters that a methodology may set, with their defaults.

    A keyword parameter of the function is a *setting* when it has a default, and *context* (direction, goalposts,
    weights ...: what only the engine knows) when it has none. `takes` is the name of its first argument: what it works
    on (`values`, the written `weights`, the codes of the `children` that experts judged).
    """

    name: str
    function: Callable[..., Any]
    settings: Mapping[str, Any]
    context: tuple[str, ...]
    takes: str = "values"

    @property
    def family(self) -> str:
        """The part before the slash."""
        return self.name.partition("/")[0]


METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Function], Function]:
    """Register a function under the name a methodology file uses.

    Raises : MethodRegisteredTwice, at import, when the name has an owner already.
    """

    def enter(function: Function) -> Function:
        if name in METHODS:
            owner = METHODS[name].function.__module__
            raise MethodRegisteredTwice(f"Method {name!r} is already registered by {owner}.")
        parameters = list(inspect.signature(function).parameters.values())
        keywords = [parameter for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
        METHODS[name] = Method(
            name=name,
            function=_called_as_written(function, [p.name for p in keywords]),
            settings={_written(p.name): p.default for p in keywords if p.default is not inspect.Parameter.empty},
            context=tuple(p.name for p in keywords if p.default is inspect.Parameter.empty),
            takes=parameters[0].name if parameters else "",
        )
        return function

    return enter


def _written(parameter: str) -> str:
    """The name in a methodology file: `lambda`, a word of Python itself, is `lambda_` in a function."""
    return parameter.removesuffix("_")


def _called_as_written(function: Function, parameters: list[str]) -> Callable[..., Any]:
    """Give a function that takes its keywords by the names that methodology files use."""
    renamed = {_written(name): name for name in parameters if name != _written(name)}
    if not renamed:
        return function

    @wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        return function(*arguments, **{renamed.get(name, name): value for name, value in keywords.items()})

    return called

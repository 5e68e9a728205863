"""Every method under the one name a methodology file uses for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from mezon.errors import MethodRegisteredTwice

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A registered method: its function, and the parameters that a methodology may set, with their defaults.

    A keyword parameter of the function is a *setting* when it has a default, and *context* (direction, goalposts,
    weights ...: what only the engine knows) when it has none.
    """

    name: str
    function: Callable[..., Any]
    settings: Mapping[str, Any]
    context: tuple[str, ...]

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
        keywords = [
            parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        ]
        METHODS[name] = Method(
            name=name,
            function=function,
            settings={p.name: p.default for p in keywords if p.default is not inspect.Parameter.empty},
            context=tuple(p.name for p in keywords if p.default is inspect.Parameter.empty),
        )
        return function

    return enter

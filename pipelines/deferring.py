"""Packages that a library imports and that we never use, loaded only if somebody does use them.

Answers "how long does it take until a run can begin to check its data". Great Expectations imports the whole of SciPy's
statistics and a charting library for a rule that no suite has; they are a good third of its start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until something of it is asked for, and then gives it from the module itself."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Let imports inside the block of modules with these names wait until they are used.

    Whoever imports one of them after the block gets the module itself, as ever.

    Args:
        names: qualified names; one that is loaded already is left alone.
    """
    waiting = {name: _Deferred(name) for name in names if name not in sys.modules}
    sys.modules.update(waiting)
    try:
        yield
    finally:
        for name, module in waiting.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]

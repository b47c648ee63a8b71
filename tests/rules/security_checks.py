"""Checkers of what could let somebody in: each takes modules and gives a list of problems, empty when all is well.

Answers: does anything run code that comes with data, are values kept out of SQL, do names in archives become paths, is
a secret handed to something that stores or prints it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from checks import Module, imports

# Loaders that run code which comes with the data.
UNSAFE_MODULES = frozenset(
    {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "yaml", "xmlrpc"}
)
UNSAFE_CALLS = frozenset({"eval", "exec", "compile", "__import__", "execfile"})
# What runs a shell, guesses a name, or takes names from an archive; of `os` only where it says so.
UNSAFE_OF_OS = frozenset({"system", "popen", "execv", "execve", "spawnl", "spawnv"})
UNSAFE_METHODS = frozenset({"mktemp", "extractall", "deserialize", "unsafe_load", "full_load"})
SHELL_NAMES = frozenset({"shell", "allow_pickle"})
_STATEMENT = re.compile(
    r"^\s*(select|insert|delete|update|create|drop|alter|set|comment|with|attach|copy|from|union|describe|explain|pragma|"
    r"load|install|merge|truncate)\b",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(from|into|table|variable|on|is|schema|select|set|as)\b", re.IGNORECASE)
RUNS_SQL = frozenset({"execute", "executemany", "sql", "query", "exec_driver_sql"})


def unsafe_loading(modules: list[Module]) -> list[str]:
    """Name what loads or runs code that could come with data."""
    problems = []
    for module in modules:
        for node in ast.walk(module.tree):
            problems += [f"{module.name}:{getattr(node, 'lineno', 0)}: {what}" for what in _unsafe(node)]
    return problems


def _unsafe(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names if each.name.partition(".")[0] in UNSAFE_MODULES)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in UNSAFE_MODULES:
        yield str(node.module)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in UNSAFE_CALLS:
            yield f"{node.func.id}()"
        if isinstance(node.func, ast.Attribute) and _is_unsafe_method(node.func):
            yield f"{node.func.attr}()"
        for keyword in node.keywords:
            is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg in SHELL_NAMES and not is_false:
                yield f"{keyword.arg}="


def _is_unsafe_method(function: ast.Attribute) -> bool:
    is_of_os = _name(function.value) == "os" and function.attr in UNSAFE_OF_OS
    return is_of_os or function.attr in UNSAFE_METHODS


def values_in_sql(modules: list[Module], names: Mapping[str, list[str]]) -> list[str]:
    """Name what is put into SQL and is on no list of names, and what is on the list and no longer used.

    Args:
        modules: of the package.
        names: module to the expressions that may stand in an f-string of SQL.
    """
    problems, used = [], set()
    for module in modules:
        for node in ast.walk(module.tree):
            for expression in _put_into_sql(node):
                used.add((module.name, expression))
                if expression not in names.get(module.name, []):
                    problems.append(f"{module.name}:{getattr(node, 'lineno', 0)}: {expression} is put into SQL")
    listed = {(module, expression) for module, expressions in names.items() for expression in expressions}
    present = {module.name for module in modules}
    unused = [f"{module}: {expression} is listed and not used" for module, expression in sorted(listed - used)]
    return problems + [each for each in unused if each.partition(":")[0] in present]


def _put_into_sql(node: ast.AST) -> Iterator[str]:
    """Give the expressions that a piece of code puts into SQL: in an f-string, by + or %, or by format()."""
    if isinstance(node, ast.JoinedStr) and _is_sql(node):
        yield from (ast.unparse(each.value) for each in node.values if isinstance(each, ast.FormattedValue))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod) and _is_sql(node.left):
        yield ast.unparse(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "format" and _is_sql(node.func.value):
            yield ast.unparse(node)
        if node.func.attr in RUNS_SQL and node.args and isinstance(node.args[0], ast.BinOp | ast.Call):
            yield ast.unparse(node.args[0])


def _is_sql(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        text = "".join(each.value if isinstance(each, ast.Constant) else "X" for each in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        return False
    return bool(_STATEMENT.search(text) and _REST.search(text))


# Names of variables and attributes that hold a secret; `key` does where a module has to do with keys of that kind.
SECRET = re.compile(r"(secret|identity|password|token|network_key|pseudonym_key|backup_key)$")
KEY_MODULES = ("pipelines.keys", "pipelines.backup")
TELLS = frozenset(
    {"print", "debug", "info", "warning", "error", "exception", "critical", "log", "create_markdown_artifact"}
)


def told_secrets(modules: list[Module]) -> list[str]:
    """Name where something called a key or a secret is printed, logged, or put into a message or an error."""
    problems = []
    for module in modules:
        has_keys = module.name == "keys" or any(name.startswith(KEY_MODULES) for _, name in imports(module))
        for node in ast.walk(module.tree):
            is_telling = isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _name(node.func) in TELLS)
            problems += [
                f"{module.name}:{each.lineno}: tells {ast.unparse(each.value)}"
                for each in (ast.walk(node) if is_telling else ())
                if isinstance(each, ast.FormattedValue) and _is_secret(_name(each.value), has_keys)
            ]
    return problems


def _is_secret(name: str, has_keys: bool) -> bool:
    return bool(SECRET.search(name)) or (has_keys and name == "key")


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

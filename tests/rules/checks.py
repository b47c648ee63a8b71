"""Checkers of the code's layout: each takes text or a tree and gives a list of problems, empty when all is well.

Answers: who imports whom, who makes a protected type, what is too long, which files name a machine. The SQL checkers
are in `sql_checks.py`. The rules that a person decides are data: `arrows.toml`, `sql.toml`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pipelines"
MOST_MODULE_LINES = 250
MOST_BODY_LINES = 40
MOST_BYTES = 1_000_000
REASON = re.compile(r"# long: \S+")

# Folders that exist on one machine only, and package registries. A path in a web address does not count.
MACHINE_PATH = re.compile(r"(?<![\w.:/{}~*-])/(?:home|Users|root|work|mnt|srv|tmp|opt)/[\w.]")
REGISTRY_HOST = re.compile(r"pypi[.]org|python[h]osted|registry[.]npmjs|deb[.]debian[.]|files[.]pythonh|anaconda[.]org")


@dataclass(frozen=True)
class Module:
    """One module of the package: its dotted name without the package, and its text."""

    name: str
    text: str

    @property
    def part(self) -> str:
        """Give the part the module belongs to: the first piece of its name, empty for the package itself."""
        return self.name.partition(".")[0]

    @property
    def tree(self) -> ast.Module:
        """Give the syntax tree."""
        return ast.parse(self.text)


def read_data(name: str) -> dict[str, dict]:
    """Read a rule file that lies beside this module."""
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def package_modules(root: Path = ROOT) -> list[Module]:
    """Give every module of the package, in order of name."""
    folder = root / PACKAGE
    return [Module(_dotted(path.relative_to(folder)), path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))]


def _dotted(path: Path) -> str:
    pieces = path.with_suffix("").parts
    return ".".join(pieces[:-1] if pieces[-1] == "__init__" else pieces)


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Give each imported dotted name with its line, wherever in the module it stands."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def wrong_arrows(modules: list[Module], may_import: Mapping[str, list[str]]) -> list[str]:
    """Name the imports between parts that no arrow allows, and the parts that have no arrows at all."""
    unlisted = sorted({m.part for m in modules if m.part and m.part not in may_import})
    problems = [f"{part}: not listed in arrows.toml" for part in unlisted]
    for module in modules:
        for line, name in imports(module):
            if name.startswith("."):
                problems.append(f"{module.name}:{line}: relative import; write {PACKAGE}. in full")
            elif not _is_allowed(module, name, may_import):
                problems.append(f"{module.name}:{line}: may not import {name}")
    return problems


def _is_allowed(module: Module, name: str, may_import: Mapping[str, list[str]]) -> bool:
    target = _part_of(name, may_import)
    return target is None or target == module.part or target in may_import.get(module.part, [])


def _part_of(name: str, may_import: Mapping[str, list[str]]) -> str | None:
    """Give the part a dotted name leads to; None outside the package, or for a value of the package itself."""
    pieces = name.split(".")
    if pieces[0] != PACKAGE or len(pieces) == 1:
        return None
    return pieces[1] if len(pieces) > 2 or pieces[1] in may_import else None


def forbidden_imports(modules: list[Module], must_not: Mapping[str, list[str]]) -> list[str]:
    """Name the imports that a module is forbidden although its part may have them."""
    return [
        f"{module.name}:{line}: must not import {name}"
        for module in modules
        for line, name in imports(module)
        for barred in must_not.get(module.name, [])
        if f"{name}.".startswith(f"{PACKAGE}.{barred}.")
    ]


def outside_room(modules: list[Module], rooms: Mapping[str, list[str]]) -> list[str]:
    """Name the imports of a heavy package outside the module that owns it."""
    return [
        f"{module.name}:{line}: {name} belongs in {', '.join(rooms[name.partition('.')[0]])}"
        for module in modules
        for line, name in imports(module)
        if module.name not in rooms.get(name.partition(".")[0], [module.name])
    ]


def made_elsewhere(modules: list[Module], made_only_in: Mapping[str, str]) -> list[str]:
    """Name the places outside its part where a protected type is made, subclassed, renamed or copied with changes."""
    problems, fields = [], _fields_of(modules, made_only_in)
    for module in modules:
        barred = {name for name, part in made_only_in.items() if module.part != part}
        for node in ast.walk(module.tree):
            problems += [
                f"{module.name}:{node.lineno}: {name} may be made only in {made_only_in[name]}"
                for name in sorted(_made_by(node) & barred)
            ]
            if barred and _changes_a_field(node, fields):
                problems.append(f"{module.name}:{node.lineno}: replace() would make a protected type")
    return problems


def _made_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Call):
        asked = _last_name(node.func) in {"isinstance", "issubclass", "cast", "fields"}
        return {_last_name(node.func)} | ({_last_name(argument) for argument in node.args} if not asked else set())
    if isinstance(node, ast.ClassDef):
        return {_last_name(base) for base in node.bases}
    if isinstance(node, ast.ImportFrom | ast.Import):
        return {alias.name.rpartition(".")[2] for alias in node.names if alias.asname}
    return {_last_name(node.value)} if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) else set()


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _fields_of(modules: list[Module], names: Mapping[str, str]) -> set[str]:
    """Give the names of the fields of the protected types, read from where they are defined."""
    classes = [node for module in modules for node in module.tree.body if isinstance(node, ast.ClassDef)]
    return {
        field.target.id
        for node in classes
        if node.name in names
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def _changes_a_field(node: ast.AST, fields: set[str]) -> bool:
    """Tell whether `replace(value, frame=...)` names a field of a protected type; a text's replace has no keywords."""
    is_replace = isinstance(node, ast.Call) and _last_name(node.func) == "replace"
    return is_replace and any(keyword.arg is None or keyword.arg in fields for keyword in node.keywords)


def too_long(name: str, text: str) -> list[str]:
    """Name what is longer than a reader can hold: a module, or a function's body without its docstring.

    A reason is given by the comment `# long: <why>` in the first line of the module or on the line of the `def`.
    """
    lines = text.splitlines()
    problems = []
    length = len(_without_prose(lines))
    if length > MOST_MODULE_LINES and not REASON.search(lines[0]):
        problems.append(f"{name}: {length} lines, at most {MOST_MODULE_LINES}")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _body_lines(node)
            if length > MOST_BODY_LINES and not REASON.search(lines[node.lineno - 1]):
                problems.append(f"{name}:{node.lineno}: {node.name} has {length} lines, at most {MOST_BODY_LINES}")
    return problems


def _without_prose(lines: list[str]) -> list[str]:
    """Leave out what a notebook tells its reader between its steps; other modules have no such cells."""
    kept, is_prose = [], False
    for line in lines:
        is_prose = line.startswith("# %% [markdown]") or (is_prose and line.startswith("#"))
        kept += [] if is_prose else [line]
    return kept


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def names_a_machine(name: str, text: str) -> list[str]:
    """Name the lines that hold a path of one machine, or the host of a package registry."""
    return [
        f"{name}:{number}: names a machine's path or a registry's host"
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line)
    ]


def wrong_lock(text: str) -> list[str]:
    """Name the entries of a lock that are not pinned with a hash, and the lines that say where packages are."""
    joined = re.sub(r"\\\n\s*", " ", text)
    entries = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pinned = re.compile(r"[a-z0-9._-]+==[^\s;]+(\s*;[^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    problems = [f"not pinned with a hash: {entry.split()[0]}" for entry in entries if not pinned.fullmatch(entry)]
    addresses = re.findall(r"\w+://|--(?:extra-)?index-url|--find-links|--trusted-host|file:", text)
    return problems + [f"says where packages are: {address}" for address in addresses]


def shell_commands(markdown: str) -> list[list[str]]:
    """Give the `make` and `caseload` commands of a page: in code blocks, one a line, and in code spans.

    A line's comment and the words after `&&`, `|` or `>` are left out.
    """
    blocks = re.findall(r"^```(?:sh|bash|shell|console)?\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`((?:make|caseload) [^`\n]+)`", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S))
    pieces = [piece.strip() for line in lines + spans for piece in re.split(r"&&|\||;|>|\s#", line)]
    return [piece.split() for piece in pieces if re.match(r"(make|caseload)\s", piece)]

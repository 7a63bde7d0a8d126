"""Writes `sdk/blocking.pyi`: the blocking client's signatures, from the async client's.

    python scripts/blocking.py            write it
    python scripts/blocking.py --check    end with 1 if it is not current

The sources are read, not imported; the code that blocks is `sdk/waiting.py`.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
CLIENT = "chmlfrp.api.client"
STUB = SOURCE / "chmlfrp/sdk/blocking.pyi"
HEAD = '''"""Written by scripts/blocking.py from chmlfrp.api; not to be edited."""'''


class Module:
    """One source, with where its names come from."""

    def __init__(self, name: str) -> None:
        path = SOURCE / f"{name.replace('.', '/')}.py"
        self.name = name
        self.tree = ast.parse(path.read_text("utf-8"))
        self.classes = {
            n.name: n for n in self.tree.body if isinstance(n, ast.ClassDef)
        }
        self.imports = dict(self._imports())
        """Statement that brings a name in, by name."""

    def _imports(self) -> Iterator[tuple[str, str]]:
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                for one in node.names:
                    yield one.name, f"from {node.module} import {one.name}"
            elif isinstance(node, ast.Import):
                for one in node.names:
                    yield one.name, f"import {one.name}"

    def origin(self, name: str) -> str | None:
        """Return the statement that brings a name in; None for what is built in."""
        here = {
            target.id
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if name in self.classes or name in here:
            return f"from {self.name} import {name}"
        return self.imports.get(name)


class Blocking(ast.NodeTransformer):
    """Makes of an async method what its blocking twin looks like."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> ast.expr:
        # A namespace may have a method `list`, which would hide the type in a stub.
        self.names.add("builtins" if node.id == "list" else node.id)
        if node.id != "list":
            return node
        return ast.Attribute(value=ast.Name(id="builtins"), attr="list")

    def signature(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> ast.FunctionDef:
        """Return the function without body, and note the names it needs."""
        summary = (ast.get_docstring(node) or "").partition("\n\n")[0]
        body: list[ast.stmt] = [ast.Expr(ast.Constant(summary or ...))]
        bare = ast.FunctionDef(
            name=node.name,
            args=self.visit(node.args),
            body=body,
            decorator_list=[self.visit(one) for one in node.decorator_list],
            returns=None if node.returns is None else self.visit(node.returns),
        )
        return ast.fix_missing_locations(bare)


def render() -> str:
    """Return the stub as it should be."""
    client = Module(CLIENT)
    source = client.classes["ServiceClient"]
    fields = {
        one.target.id: one.annotation.id
        for one in source.body
        if isinstance(one, ast.AnnAssign)
        and isinstance(one.target, ast.Name)
        and isinstance(one.annotation, ast.Name)
    }
    wanted: set[str] = {"from types import TracebackType", "from typing import Self"}
    classes = []
    for kind in fields.values():
        home = client.imports[kind].split()[1]
        classes.append(_class(Module(home), kind, f"Blocking{kind}", wanted))
    lines = [f"    {name}: Blocking{kind}" for name, kind in fields.items()]
    methods = [
        one
        for one in source.body
        if isinstance(one, ast.FunctionDef)
        and (one.name == "__init__" or one.name.startswith("with_"))
    ]
    face = _methods(client, methods, wanted)
    summary = '    """A `ServiceClient` for programs without an event loop."""\n'
    enter = """
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
"""
    last = f"class BlockingClient:\n{summary}{chr(10).join(lines)}\n{face}{enter}"
    text = "\n\n".join([HEAD, "\n".join(sorted(wanted)), *classes, last])
    return _formatted(text)


def _class(module: Module, kind: str, name: str, wanted: set[str]) -> str:
    methods = [
        one
        for one in module.classes[kind].body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        and not one.name.startswith("_")
    ]
    summary = f'    """`{kind}` whose methods wait for their answer."""\n'
    return f"class {name}:\n{summary}{_methods(module, methods, wanted)}"


def _methods(
    module: Module,
    methods: list[ast.FunctionDef] | list[ast.FunctionDef | ast.AsyncFunctionDef],
    wanted: set[str],
) -> str:
    overloaded = {one.name for one in methods if one.decorator_list}
    blocking, parts = Blocking(), []
    for one in methods:
        if one.name not in overloaded or one.decorator_list:
            parts.append(ast.unparse(blocking.signature(one)))
    for name in blocking.names:
        origin = "import builtins" if name == "builtins" else module.origin(name)
        if origin is not None:
            wanted.add(origin)
    return "\n".join(f"    {line}" for part in parts for line in part.splitlines())


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff"]
    name = ["--stdin-filename", str(STUB)]
    for command in (
        [*ruff, "check", "-q", "--select=I", "--fix", *name, "-"],
        [*ruff, "format", "-q", *name, "-"],
    ):
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=True, cwd=ROOT
        )
        text = done.stdout
    return text


def main() -> int:
    """Write or check."""
    text = render()
    if "--check" in sys.argv[1:]:
        is_current = STUB.read_text("utf-8") == text
        if not is_current:
            print(f"{STUB.relative_to(ROOT)} is old: python scripts/blocking.py")
        return 0 if is_current else 1
    STUB.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

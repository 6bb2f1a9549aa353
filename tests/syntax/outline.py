"""Trees as short text, so that a test can say what it expects in a line."""

from __future__ import annotations

from kql_lint.syntax import ast


def outline(node: object) -> str:
    """A node as an S-expression: names bare, strings quoted, every other node as (Type fields...); None is `-`."""
    if node is None:
        return "-"
    if isinstance(node, list | tuple):
        return "[" + " ".join(map(outline, node)) + "]"
    if isinstance(node, ast.Name):
        return f"['{node.name}']" if node.quoted else node.name
    if isinstance(node, ast.Literal):
        return f'"{node.value}"' if node.type == "string" else f"{node.type}:{node.value}"
    if isinstance(node, ast.Wildcard):
        return node.pattern
    if isinstance(node, ast.ColumnDeclaration):
        return f"{outline(node.name)}:{node.type}"
    if isinstance(node, ast.Binary):
        return f"({node.op} {outline(node.left)} {outline(node.right)})"
    if isinstance(node, ast.Logical):
        return f"({node.op} {' '.join(map(outline, node.operands))})"
    if isinstance(node, ast.In):
        return f"({node.op} {outline(node.left)} {outline(node.items)})"
    if isinstance(node, ast.Call):
        return f"{outline(node.name)}({' '.join(map(outline, node.arguments))})"
    if isinstance(node, ast.Hole):
        kind = "" if node.type == "unknown" else f":{node.type}"
        return f"(Hole{kind} {node.text}{''.join(' ' + outline(part) for part in node.parts)})"
    if isinstance(node, ast.Node):
        fields = [name for name in type(node).__dataclass_fields__ if name not in ("start", "end", "parenthesized")]
        return f"({type(node).__name__}{''.join(' ' + outline(getattr(node, name)) for name in fields)})"
    return str(node)

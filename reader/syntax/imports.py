"""One import statement of Python: the names it binds, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from reader.syntax import Binding
from reader.syntax.python import words


def imported(node: tree_sitter.Node) -> Iterator[Binding]:
    """Each name with the line it stands on."""
    module, level = None, 0
    source = node.child_by_field_name("module_name")
    if source is not None:
        name = words(source).replace(" ", "")
        module = name.lstrip(".")
        level = len(name) - len(module)
    if any(child.type == "wildcard_import" for child in node.named_children):
        line = node.start_point.row + 1
        yield Binding("*", "star", line, line, module, level)
    for child in node.children_by_field_name("name"):
        line = child.start_point.row + 1
        inner = child.child_by_field_name("name") if child.type == "aliased_import" else child
        target = words(inner).replace(" ", "")
        alias = words(child.child_by_field_name("alias")) if child.type == "aliased_import" else ""
        if not target:
            continue
        if source is not None:
            yield Binding(alias or target, "import", line, line, module, level, target)
        elif alias:
            yield Binding(alias, "import", line, line, target)
        else:
            top = target.partition(".")[0]  # `import a.b` binds a
            yield Binding(top, "import", line, line, top)

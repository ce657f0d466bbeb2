"""Whether a name stands in C++ or CUDA text as the head of a function, type or macro could: what is worth a parse."""

from __future__ import annotations

import re

_SIGNIFICANT = re.compile(rb"[\w>&*)\]}:](?=\s*\Z)")
_KEYWORD = re.compile(rb"\b(?:struct|class|enum|union|namespace|define|typedef|using(?=[^=]*\Z))\b")
_STATEMENT = re.compile(rb"\b(?:return|else|throw|case|goto|new|delete|co_return)\s*\Z|\breturn\b[^\n]*\Z|&&\s+\Z")
_DIRECTIVE = re.compile(rb"(?:\A|\n)[ \t]*#[ \t]*(?!define)\w+[^\n]*\Z")  # `#pragma omp for schedule(static)`
_VALUE = re.compile(rb"[=(]|\breturn\b")
_CONTROL = re.compile(rb"\A\s*(?:else\s+)?(?:if|while|for|switch)\b")
_CALLED = re.compile(rb"\s*(?:<[^;{}]*>\s*)?\(")
_BACK = 400  # bytes that the head of a statement is looked for in


def may_head(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    return any(_heads(data, *match.span()) for match in pattern.finditer(data))


def _heads(data: bytes, at: int, end: int) -> bool:
    before = data[max(0, at - _BACK) : at]
    if before[-1:].isalnum() or before[-1:] in (b"_", b'"', b"."):
        return False
    start = max(before.rfind(b";"), before.rfind(b"{"), before.rfind(b"}"))
    head = before[start + 1 :]
    if before.rfind(b"//") > before.rfind(b"\n") or _DIRECTIVE.search(before):
        return False
    if _KEYWORD.search(head):
        return True
    if not _CALLED.match(data, end):
        return before[start : start + 1] == b"}" and not head.strip() and data[end : end + 1] in b";,["
    margin = before[-1:] == b"\n" or not before
    mark = _SIGNIFICANT.search(head)
    if mark is None or mark[0] in b":}":
        alone = margin or data[at : at + 1] == b"~" or head.endswith(b"*/ ")
        return alone or (head.endswith(b"::") and not _VALUE.search(head))
    if mark[0] == b")" and _CONTROL.search(head):
        return False
    return not _STATEMENT.search(head) and (mark.end() < len(head) or mark[0] in b"*&>")

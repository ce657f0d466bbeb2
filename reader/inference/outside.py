"""What is known of code outside of the checkout: containers and their elements, and functions that hand on what they
are given. Whatever else a library makes is of that library; what may hand on anything is unknown.
"""

from __future__ import annotations

from reader.inference.values import NOTHING_KNOWN, UNKNOWN, Type, Types, outside, united

SEQUENCES = frozenset({
    "list", "List", "Sequence", "MutableSequence", "tuple", "Tuple", "set", "Set", "frozenset", "FrozenSet",
    "deque", "Deque", "Iterable", "Iterator", "Generator", "Collection", "AbstractSet", "MutableSet",
    "AsyncIterable", "AsyncIterator", "AsyncGenerator", "ModuleList", "Sequential", "Reversible", "ValuesView",
    "KeysView", "UserList",
})  # fmt: skip
MAPPINGS = frozenset({
    "dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "ModuleDict",
    "ItemsView", "WeakValueDictionary", "UserDict",
})  # fmt: skip
# `X[T]` that is as good as T to whoever uses it: awaiting and entering are done without a word.
TRANSPARENT = frozenset({
    "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Awaitable", "Coroutine", "Task",
    "Future", "AbstractContextManager", "ContextManager", "AbstractAsyncContextManager", "AsyncContextManager",
    "InitVar", "Unpack", "TypeGuard", "Ref", "ReferenceType", "SkipValidation", "SerializeAsAny", "InstanceOf",
})  # fmt: skip
UNTOLD = frozenset({"Any", "object", "TypeVar", "ParamSpec", "Generic", "Protocol", "TypeVarTuple"})

_KEEPERS = frozenset({
    "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "deque", "chain", "filter", "tqdm", "cycle",
    "islice", "from_iterable", "as_completed", "ModuleList", "aiter", "takewhile", "dropwhile", "batched",
})  # fmt: skip
ITERATES = _KEEPERS | {"next", "max", "min", "enumerate", "zip", "map", "zip_longest", "product"}
_ELEMENT = frozenset({"next", "max", "min", "anext", "choice"})
_SAME = frozenset({
    "copy", "deepcopy", "create_task", "ensure_future", "wait_for", "shield", "run", "run_until_complete",
    "compile", "script", "partial", "wraps", "lru_cache", "cache", "no_grad", "inference_mode", "proxy",
    "staticmethod", "classmethod", "final", "contextmanager", "asynccontextmanager", "unwrap", "cached_property",
    "property", "replace",
})  # fmt: skip
_OF_SEQUENCE = frozenset({"pop", "popleft", "__getitem__", "get_nowait"})
_OF_MAPPING = frozenset({"get", "pop", "setdefault", "__getitem__"})
_KEPT = frozenset({"copy", "union", "intersection", "difference", "__iter__", "__copy__"})
_PLAIN = frozenset({
    "int", "str", "float", "bool", "bytes", "bytearray", "memoryview", "complex", "len", "abs", "sum", "round",
    "ord", "chr", "hash", "id", "repr", "format", "range", "slice", "isinstance", "issubclass", "hasattr",
    "callable", "any", "all", "divmod", "pow", "print", "input", "hex", "bin", "oct", "dir", "open", "ascii",
})  # fmt: skip
# What these hand out may be of any class: containers of results, proxies, decorators, mocks with a spec, pickles.
_CARRIERS = frozenset({
    "asyncio", "functools", "contextlib", "queue", "concurrent", "multiprocessing", "threading", "weakref", "copy",
    "pickle", "cloudpickle", "msgspec", "unittest", "pytest", "operator", "itertools", "collections", "importlib",
    "contextvars", "typing", "typing_extensions", "types", "ray", "abc", "builtins", "dataclasses", "inspect",
    "heapq", "random", "enum", "pydantic", "jinja2", "gc", "sys",
})  # fmt: skip
_CARRYING = frozenset({
    "load", "from_pretrained_model", "apply", "call", "get_module", "getattr", "children", "modules",
})  # fmt: skip


# What hangs on these was put there by anybody.
_BAGS = frozenset({"Namespace", "SimpleNamespace", "local"})
# What a module of torch has of its own; anything else that is asked of one was put there by its maker.
_OF_MODULE = frozenset({
    "parameters", "named_parameters", "modules", "named_modules", "children", "named_children", "state_dict", "buffers",
    "load_state_dict", "to", "cuda", "cpu", "eval", "train", "training", "register_buffer", "register_parameter",
    "half", "float", "bfloat16", "double", "requires_grad_", "named_buffers", "get_parameter", "get_submodule",
    "get_buffer", "register_module", "add_module", "zero_grad", "type", "share_memory", "extra_repr", "device", "dtype",
})  # fmt: skip


def is_container(one: Type) -> bool:
    return one.kind == "outside" and one.made and one.name in SEQUENCES | MAPPINGS


def element(types: Types) -> Types:
    """What iterating gives."""
    return united(_element(one) for one in types)


def _element(one: Type) -> Types:
    if one.kind != "outside" or not one.made:
        return NOTHING_KNOWN
    if one.name in MAPPINGS | SEQUENCES:
        if one.name in ("tuple", "Tuple") and len(one.arguments) > 1:
            return united(one.arguments)
        return one.arguments[0] if one.arguments else NOTHING_KNOWN
    return outside(one.symbol) if _is_plain(one.symbol) else NOTHING_KNOWN


def item(types: Types, index: int | None) -> Types:
    """What a subscript gives; `index` where it is a number, or the way into what is unpacked."""
    return united(_item(one, index) for one in types)


def _item(one: Type, index: int | None) -> Types:
    if one.kind != "outside" or not one.made:
        return NOTHING_KNOWN
    if one.name in MAPPINGS:
        return one.arguments[1] if len(one.arguments) > 1 else NOTHING_KNOWN
    if one.name in ("tuple", "Tuple") and len(one.arguments) > 1 and index is not None:
        return one.arguments[index] if -len(one.arguments) <= index < len(one.arguments) else NOTHING_KNOWN
    return _element(one)


def attribute(one: Type, name: str) -> Types:
    """Of a thing outside: its method, with what it is a method of."""
    if one.made:
        if one.name in _BAGS or (one.name == "Module" and name not in _OF_MODULE):
            return NOTHING_KNOWN
        return (Type("outside", symbol=f"{one.symbol}.{name}", of=(one,)),)
    return (Type("outside", symbol=f"{one.symbol}.{name}"),)


def result(one: Type, arguments: tuple[Types, ...]) -> Types:
    """What calling a thing outside gives; `arguments` are the types of those by position."""
    if one.of and is_container(one.of[0]):
        return _of_method(one.of[0], one.name)
    first = arguments[0] if arguments else NOTHING_KNOWN
    name = one.name
    if name in ("parse_args", "parse_known_args"):
        return outside("argparse.Namespace")
    if one.made and name == "Callable":
        return one.arguments[-1] if one.arguments else NOTHING_KNOWN
    if one.of or one.made:
        return outside(one.symbol) if _is_plain(one.symbol) and name not in _CARRYING else NOTHING_KNOWN
    if name in _KEEPERS:
        return outside("list" if name != "tuple" else "Sequence", element(first) if arguments else NOTHING_KNOWN)
    if name in _ELEMENT:
        return element(first) if len(arguments) == 1 else united(arguments)
    if name in _SAME and arguments:
        return first
    if name == "enumerate":
        return outside("Iterable", outside("tuple", outside("int"), element(first)))
    if name in ("zip", "product", "zip_longest"):
        return outside("Iterable", outside("tuple", *map(element, arguments)))
    if name in ("dict", "defaultdict", "OrderedDict", "Counter", "ModuleDict"):
        return first if arguments and all(map(is_container, first)) and name == "dict" else outside("dict")
    if name == "type":
        return tuple(Type("class", each.path, each.symbol) if each.kind == "instance" else UNKNOWN for each in first)
    return _made(one)


def _made(one: Type) -> Types:
    root = one.symbol.partition(".")[0]
    if one.name in _PLAIN and root in (one.name, "builtins"):
        return outside(one.name)
    is_class = one.name[:1].isupper() and not one.name.isupper()
    if root == "unittest" and is_class:
        return outside(one.symbol) if "Mock" in one.name else NOTHING_KNOWN
    if is_class:
        return outside(one.symbol, *one.arguments)
    return outside(one.symbol) if _is_plain(one.symbol) and one.name not in _CARRYING else NOTHING_KNOWN


def _is_plain(symbol: str) -> bool:
    """Whether what a library gives is of that library."""
    return symbol.partition(".")[0] not in _CARRIERS


def _of_method(container: Type, name: str) -> Types:
    arguments = container.arguments
    first = arguments[0] if arguments else NOTHING_KNOWN
    if name in _KEPT:
        return (container,)
    if container.name in MAPPINGS:
        value = arguments[1] if len(arguments) > 1 else NOTHING_KNOWN
        if name in _OF_MAPPING:
            return value
        if name == "values":
            return outside("Iterable", value)
        if name == "items":
            return outside("Iterable", outside("tuple", first, value))
        if name == "keys":
            return outside("Iterable", first)
        return outside("tuple", first, value) if name == "popitem" else NOTHING_KNOWN
    if name in _OF_SEQUENCE or name in ("__next__", "__anext__", "send"):
        return first
    return outside("int") if name in ("index", "count") else NOTHING_KNOWN

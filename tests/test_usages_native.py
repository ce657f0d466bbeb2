"""Uses of C++ and CUDA definitions, expected beside the code: `// use KEY`, `// maybe KEY`, and nothing else.

A line with a definition is marked `// def KEY KIND SYMBOL`; KEY names it in the marks of its uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reader import syntax
from reader.checkout import Checkout, open_checkout
from reader.ref import Ref
from reader.resolve import Site, resolve_all
from reader.usages.native import native_uses

FILES = {
    "vllm/__init__.py": "",
    "csrc/act.cuh": """\
#pragma once
#define TWICE(x) x, x  // def twice macro TWICE
namespace ns {
struct Params {  // def params struct ns::Params
  int act;
  void turn(int by) const {}  // def turn method ns::Params::turn
};
__device__ inline float act(float x) { return x; }  // def act function ns::act
template <typename T, int act>
void shadowed() { int y = act; }
struct Other { void turn(int by) {} };
}
""",
    "csrc/act.cu": """\
#include "act.cuh"
namespace {
__global__ void step_kernel(float* x) {  // def step kernel step_kernel
  // act(x) in a comment
  const char* said = "act(x)";
  x[0] = ns::act(x[0]);  // use act
}
}
namespace ns {
void host(Params p, const Params* q, Other o) {  // use params // use params
  float act_ = act(1.f);  // use act
  auto f = &act;  // use act
  int act = 3;
  int z = act + p.act;
  p.turn(TWICE(1));  // use turn // use twice
  q->turn(2);  // use turn
  o.turn(3);
  auto r = p;
  r.turn(4);  // maybe turn
}
void after() { act(2.f); }  // use act
}
#define LAUNCH(n) step_kernel<<<1, n>>>(x)  // use step
void go(float* x) { step_kernel<<<1, TWICE(1)>>>(x); LAUNCH(1); }  // use step // use twice
#ifdef TWICE  // use twice
#endif
""",
    "csrc/other.cu": """\
namespace {
__global__ void step_kernel(float* x) {}
}
namespace other { float act(float x) { return x; } }
float use(float x) { step_kernel<<<1, 1>>>(&x); return other::act(x); }
struct Params { int x; };
Params made;
#define TWICE(x) x
int one = TWICE(1);
""",
    "csrc/ops.h": """\
void run(int x);  // use run
void run_both(int x);
""",
    "csrc/run.cu": """\
#include "ops.h"
void run(int x) {}  // def run function run
void over(int x) {}  // def over function over
void over(int x, int y) {}
void call() { over(1); over(1, 2); auto f = over; }  // use over // maybe over
""",
    "csrc/special.cuh": """\
template <typename T>
struct Base {
  void put(T x) {}  // def put method Base::put
};
struct Derived : public Base<int> {
  void all() { put(1); this->put(2); }  // use put // use put
};
struct Own : Base<int> { void put(int x) {} };
inline void both(Derived d, Own o) { d.put(1); o.put(2); }  // use put
template <typename T>
struct Conv { using out = T; };
template <>
struct Conv<int> {
  using out = float;  // def out type Conv::out
  out go() { return out(1); }  // use out // use out
};
using result = Conv<char>::out;  // maybe out
""",
    "csrc/bind.cpp": """\
#include "ops.h"
TORCH_LIBRARY_EXPAND(lib, ops) {
  ops.impl("run", torch::kCUDA, &run);  // use run
  std::run(1);
  x.run(1);
}
""",
}

_MARK = re.compile(r"// (use|maybe) (\w+)")
_DEFINED = re.compile(r"// def (\w+) (\w+) (\S+)")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return open_checkout(tmp_path)


def defined() -> dict[str, tuple[str, str, str, int]]:
    return {
        match[1]: (path, match[2], match[3], number)
        for path, text in FILES.items()
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _DEFINED.search(line))
    }


def site(path: str, kind: str, symbol: str, line: int) -> Site:
    return Site(Ref(path, symbol), "exact", "unknown", path, symbol, kind, line, line, line)


@pytest.mark.parametrize("key", sorted(defined()))
def test_every_use_is_found_and_nothing_else(checkout: Checkout, key: str) -> None:
    """What another scope, another file, a local name or a comment says is no use; a doubt is marked as one."""
    found = native_uses(checkout, site(*defined()[key]))
    expected = [
        (path, number, match[1] == "use")
        for path, text in FILES.items()
        for number, line in enumerate(text.split("\n"), 1)
        for match in _MARK.finditer(line)
        if match[2] == key
    ]
    assert sorted((one.path, one.line, one.sure) for one in found) == sorted(expected)
    assert all(one.why for one in found if not one.sure)


def test_a_use_says_what_it_is_and_where(checkout: Checkout) -> None:
    """A launch is a call, a registration and a prototype are references; the column is that of the name."""
    run = {one.path: one for one in native_uses(checkout, site(*defined()["run"]))}
    assert (run["csrc/bind.cpp"].kind, run["csrc/bind.cpp"].column) == ("reference", 34)
    assert (run["csrc/ops.h"].kind, run["csrc/ops.h"].within) == ("reference", None)
    launches = native_uses(checkout, site(*defined()["step"]))
    assert [(one.kind, one.within) for one in launches] == [("call", "LAUNCH"), ("call", "go")]


def test_the_kernels_of_a_release_are_launched_where_they_say(release: Callable[[str], Path]) -> None:
    """Of the real thing: a kernel that a macro launches, and an operation that a table registers."""
    checkout = open_checkout(release("0.13.0"))
    refs = ["csrc/attention/merge_attn_states.cu::merge_attn_states_kernel", "csrc/cache_kernels.cu::reshape_and_cache"]
    kernel, operation = resolve_all(checkout, [Ref.parse(ref) for ref in refs])
    assert [(one.within, one.sure) for one in native_uses(checkout, kernel)] == [("LAUNCH_MERGE_ATTN_STATES", True)]
    found = native_uses(checkout, operation)
    assert {one.path for one in found if one.sure} == {"csrc/cache.h", "csrc/torch_bindings.cpp"}


def test_what_is_no_definition_of_these_languages_has_no_uses(checkout: Checkout) -> None:
    """A Python file is another module's affair."""
    assert native_uses(checkout, site("vllm/__init__.py", "function", "act", 1)) == ()
    assert syntax.language_of("csrc/act.cu") == "cuda"

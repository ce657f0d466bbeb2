"""Constants, fields and enumerators of C++ and CUDA, each expected where its line says `// var NAME`."""

from __future__ import annotations

import re

from reader.syntax.cpp.variables import variables

TEXT = """\
namespace ns {
static constexpr int kMost = 3;  // var ns::kMost
inline std::vector<std::pair<int, int>> table;  // var ns::table
__constant__ float weights[2][3] = {{1, 2, 3}, {4, 5, 6}};  // var ns::weights
struct later;
namespace other = ns;
template <typename T, int N>
struct Vec {
 public:
  T data[N];  // var ns::Vec::data
  int *first, *last;  // var ns::Vec::first // var ns::Vec::last
  uint8_t bits : 4;  // var ns::Vec::bits
  int size() const { int local = 1; return local; }
  void declared(int parameter, int other = 2);
  using type = T;
  friend struct later;
};
template <typename T>
constexpr bool is_half = false;  // var ns::is_half
enum class Kind : int {
  kFirst = f(1, 2),  // var ns::Kind::kFirst
  kSecond,  // var ns::Kind::kSecond
};
}
#ifdef USE_ROCM
int side;  // var side
#else
float side;  // var side
#endif
extern "C" { int exported; }  // var exported
"""


def test_what_a_namespace_or_a_class_declares_is_a_variable() -> None:
    """Locals, parameters, prototypes, aliases and forward declarations are none; both sides of an `#if` count."""
    expected = [
        (mark, number) for number, line in enumerate(TEXT.split("\n"), 1) for mark in re.findall(r"// var (\S+)", line)
    ]
    assert sorted((one.symbol, one.line) for one in variables(TEXT)) == sorted(expected)
    assert all(one.kind == "variable" and one.start <= one.line <= one.end for one in variables(TEXT))


def test_a_file_cut_in_the_middle_still_tells_what_came_before() -> None:
    """No text raises, and what is whole is found."""
    for end in range(0, len(TEXT), 37):
        assert isinstance(variables(TEXT[:end]), tuple)
    assert "ns::kMost" in {one.symbol for one in variables(TEXT[:300])}

"""Where a path stops short of a kernel, and why: a library, generated code, a memcpy, nothing at all.

Says only what the text shows; a name that leads nowhere is called not resolved.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from reader.kernels import UNREAD, Place
from reader.kernels.bodies import Callee
from reader.kernels.frames import Frame
from reader.kernels.homes import Home, Homes
from reader.kernels.units import Units
from reader.pattern import pattern
from reader.value import frozen

_MEMORY = pattern(r"(?:cuda|hip|cu)(Memcpy|Memset)\w*\Z")
_LIBRARIES = (
    (pattern(r"cublas\w+\Z"), "cuBLAS"),
    (pattern(r"hipblas\w+\Z"), "hipBLASLt"),
    (pattern(r"rocblas\w+\Z"), "rocBLAS"),
    (pattern(r"(?:hip)?cub::\w*Device\w*(?:::\w+)?\Z"), "CUB"),
    (pattern(r"thrust::\w+\Z"), "Thrust"),
)
# What only sets up, asks or describes.
_QUIET = pattern(
    r"cublas(?:Create|Destroy|Set|Get|LtCreate|LtDestroy|LtMatmul\w+(?:Create|Destroy|Set|Get|Init)|LtMatrixLayout)"
    r"|(?:hip|roc)blas\w*(?:[Cc]reate|[Dd]estroy|[Ss]et|[Gg]et|[Ii]nit)"
    r"|thrust::(?:pair|tuple|get|make_\w+|raw_\w+|device_ptr\w*|counting_\w+|transform_iterator)"
)
_ASKED = (["get_workspace_size"], ["can_implement"])  # of an operation of CUTLASS, before it is run
_STANDARD = ("std::", "torch::", "at::", "c10::", "cute::", "cutlass::")
_FOREIGN = {"cutlass": "CUTLASS", "at": "PyTorch", "torch": "PyTorch"}
# Of these what only describes, asks, allots or views; a name in capitals is a type.
_LAUNCHLESS = pattern(
    r"[A-Z]\w*|(?:empty|new_empty|from_blob|make|get|is|has|to|as|set|ceil|round|const|sizeof|cutlassGet|dtype|device)\w*"
    r"|(?:\w*options|kernel|string|type|max|min|gcd|lcm|size|str|layout|requires_grad|query|parallel_for|view|narrow|select|transpose)\w*"
)
_HOST = {
    "cuda",
    "hip",
    "headeronly",
    "detail",
    "indexing",
    "platform",
    "accelerator",
    "library",
    "jit",
    "xpu",
    "native",
}


@frozen
class Ending:
    """`quiet` ones matter only where nothing is launched; one that `launches` has a launch of its own. `kernels` are
    those that generated code is seen to name, `functions` what it is seen to call."""

    note: str
    quiet: bool = False
    launches: bool = False
    kernels: tuple[Home, ...] = ()
    functions: tuple[Home, ...] = ()


class Endings:
    def __init__(self, units: Units, homes: Homes) -> None:
        self.units = units
        self.homes = homes

    def of(self, callee: Callee) -> Ending | None:
        """Of a call by the name alone: libraries that launch kernels of their own, copies and fills of memory."""
        last = callee.path.rpartition("::")[2]
        memory = _MEMORY.match(last)
        if memory is not None:
            return Ending(f"no kernel: a {memory[1].lower()} ({last})", quiet=True)
        if callee.receiver is not None or _QUIET.match(callee.path):
            return None
        owner = next((name for form, name in _LIBRARIES if form.match(callee.path)), None)
        return None if owner is None else Ending(f"external library: {owner}")

    def nothing(self, path: str) -> Ending:
        if "cpu" in path.split("/"):
            return Ending("no kernel: this is code for the CPU")
        return Ending("no kernel: nothing is launched here, nor in what is called from here")

    def unknown(self, frame: Frame, names: str) -> Ending:
        if "device_kernel" in re.split(r"\W+", names) and self._uses_cutlass(frame.path):
            return Ending("external library: CUTLASS has the __global__ function device_kernel")
        return Ending(f"not resolved: no __global__ function of the checkout is known to be {names}")

    def lost(self, frame: Frame, callee: Callee) -> Iterator[tuple[Place, Ending]]:
        """A function that is declared and not defined here; what an object of CUTLASS runs."""
        piece = frame.body.pieces[callee.at]
        torn = self._torn(frame, callee)
        if torn is not None:
            yield torn
            return
        run = self._run(frame, callee)
        if run is not None:
            condition = self.units.lexed(piece.path).condition(piece.line)
            yield Place(piece.path, piece.line, run, condition), Ending("external library: CUTLASS", launches=True)
        if run is not None or callee.receiver is not None:
            return
        if callee.path.startswith(_STANDARD):
            owner = _library(callee.path)
            if owner is not None and "cpu" not in frame.path.split("/"):
                condition = self.units.lexed(piece.path).condition(piece.line)
                note = f"external library: {owner} ({callee.path})"
                yield Place(piece.path, piece.line, callee.path, condition), Ending(note, quiet=True)
            return
        declared = self.homes.declared(callee.path, frame.path)
        if declared is None:
            return
        generator = self._generator(declared.path, callee.path.rpartition("::")[2])
        if generator is not None:
            note = f"generated code: {generator} writes its definition at build time"
            yield declared, Ending(note, functions=self._written(generator, declared))
        else:
            yield declared, Ending("not resolved: declared here, defined nowhere in this checkout")

    def _torn(self, frame: Frame, callee: Callee) -> tuple[Place, Ending] | None:
        """A macro that could not be expanded because its `#define` has no parameters that could be read."""
        if "::" in callee.path or callee.receiver is not None:
            return None
        piece = frame.body.pieces[callee.at]
        line = piece.chain[0].line if piece.chain else piece.line
        for macro in self.units.macros(callee.path, frame.path, line):
            if not macro.define.readable:
                place = Place(macro.path, macro.define.line, callee.path, macro.condition)
                return place, Ending(f"{UNREAD}the parentheses of the macro {callee.path} do not close")
        return None

    def _run(self, frame: Frame, callee: Callee) -> str | None:
        """The words by which an operation of CUTLASS is run: `gemm.run(...)`, or `gemm(...)` of what is asked for its
        workspace too."""
        body = frame.body
        if callee.receiver is not None:
            if callee.path == "run" and self._uses_cutlass(frame.path):
                return f"{body.words(callee.receiver).replace(' ', '')}.run"
            return None
        if not any(each.declares for each in body.bindings(callee.path)):
            return None
        asked = (body.texts[at + 1 : at + 3] for at in body.places(callee.path))
        return callee.path if any(each[0:1] == ["."] and each[1:] in _ASKED for each in asked) else None

    def none(self, path: str) -> bool:
        """Whether nothing near a file of the CPU's could launch anything, so that no function of it need be read."""
        if "cpu" not in path.split("/"):
            return False
        near = (path, *(each for each, _ in self.units.closure(path)))
        return not any("<<<" in self.units.text(each) for each in near)

    def _written(self, generator: str, declared: Place) -> tuple[Home, ...]:
        """Templates of the declaring header that the generator writes with template arguments."""
        names = dict.fromkeys(re.findall(r"\b([A-Za-z_]\w+)\s*<", self.units.text(generator)))
        here = (name for name in names if name in self.units.text(declared.path))
        found = (home for name in here for home in self.homes.functions(name, declared.path))
        return tuple(home for home in found if home.path == declared.path and home.definition.line != declared.line)

    def generated(self, frame: Frame) -> Iterator[tuple[Place, Ending]]:
        """What a file that the build makes would bring into the middle of the function."""
        for piece in frame.body.pieces[frame.start :]:
            target = piece.text.removeprefix("#include ")
            if target == piece.text or self.units.included(piece.path, target) is not None:
                continue
            place = Place(piece.path, piece.line, target, self.units.lexed(piece.path).condition(piece.line))
            generator = self._generator(piece.path, posixpath.basename(target))
            if generator is None:
                yield place, Ending(f"generated code: {target} is not in the checkout")
            else:
                note = f"generated code: {generator} writes {target} at build time"
                yield place, Ending(note, kernels=tuple(self._named(generator, frame.path)))

    def _generator(self, path: str, name: str) -> str | None:
        """The Python file nearest to `path`, in its folder or those around it, that names what is generated."""
        folder, root = posixpath.dirname(path), self.units.sources.checkout.native
        while folder and folder != root:
            for each in self.units.sources.checkout.files(folder, (".py",)):
                if re.search(rf"\b{re.escape(name)}\b", self.units.text(each)):
                    return each
            folder = posixpath.dirname(folder)
        return self._anywhere(name) if folder == root else None

    def _anywhere(self, name: str) -> str | None:
        scripts = self.units.sources.checkout.files(self.units.sources.checkout.native, (".py",))
        return next((each for each in scripts if re.search(rf"\b{re.escape(name)}\b", self.units.text(each))), None)

    def _named(self, generator: str, path: str) -> Iterator[Home]:
        """Kernels that the generator's templates name with template arguments behind them."""
        templates = dict.fromkeys(re.findall(r"\b([A-Za-z_]\w+)\s*<", self.units.text(generator)))
        for folder in dict.fromkeys((posixpath.dirname(path), posixpath.dirname(generator))):
            files = [each for each in self.units.files() if posixpath.dirname(each) == folder]
            files = [each for each in files if "__global__" in self.units.text(each)]
            found = [home for each in files for name in templates for home in self._defined(name, each)]
            yield from found
            if found:
                return

    def _defined(self, name: str, path: str) -> list[Home]:
        if name not in self.units.text(path):
            return []
        return [each for each in self.homes.kernels(name, path) if each.path == path]

    def _uses_cutlass(self, path: str) -> bool:
        near = (path, *(each for each, _ in self.units.closure(path)))
        return any(re.search(r'#\s*include\s*[<"]cut(?:lass|e)/', self.units.text(each)) for each in near)


def _library(path: str) -> str | None:
    """Whose the function is that may launch kernels of its own."""
    first, *between, last = path.split("::")
    known = _FOREIGN.get(first)
    return None if known is None or not _HOST.isdisjoint(between) or _LAUNCHLESS.fullmatch(last) else known

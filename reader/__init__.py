"""A guided reading of vLLM's source.

A tour lists files and symbols in a reading order; `reader` finds each of them in whichever release of vLLM lies on
disk, shows the excerpt with notes beside the lines they are about, and records what was read. It never runs, builds
or imports vLLM.
"""

__version__ = "0.1.0"

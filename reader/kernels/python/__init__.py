"""The Python side of an operation: who calls it, what registers it, and what a Python function reaches in its turn."""

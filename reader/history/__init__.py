"""The same code in another release: what it is now, what it was when it was read, and where it stood in between.

Owns what counts as a change. Looks into other releases only through their files; decides nothing about how a change is
drawn, and never calls a thing the same by likeness alone.
"""

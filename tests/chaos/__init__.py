"""Everything at once: prospects who book, move and cancel while processes are killed and services fail.

Not part of the usual run: `make chaos` (SEED and SECONDS say which troubles, and for how long).
"""

"""What the product costs, measured against the targets of `docs/explanation/speed.md`: `python -m bench`.

Machines differ, so targets are counts, and ratios to peers that run in the same minute on the same server: an
endpoint that does nothing, and one that runs a single indexed query. Nothing here is part of the product.
"""

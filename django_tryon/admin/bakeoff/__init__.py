"""Bake-off: the same wish by several engines side by side, and which of them is pinned."""

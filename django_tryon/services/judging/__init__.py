"""Judging: what the checks see in a result, after it was stored, and what becomes of that."""

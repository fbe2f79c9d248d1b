"""The review board: one result after the other, large, decided by single keys or many at once."""

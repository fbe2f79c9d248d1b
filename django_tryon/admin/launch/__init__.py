"""The launch page: what is chosen, what it comes to, and what becomes of it."""

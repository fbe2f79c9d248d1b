"""Runners: what wakes the workers. Each is a module with ``wake(at)``; the rows decide the rest."""

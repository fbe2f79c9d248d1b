"""Publishing: where, when, and all of it undone."""

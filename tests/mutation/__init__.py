"""Change the code that carries jobs in a small way, and see whether a test notices."""

"""How much the workers carry, beside the usual recipes: `python -m bench.workers`."""

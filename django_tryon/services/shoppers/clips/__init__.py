"""A shopper's clip: sent, prepared, its first frame dressed, and after a yes the clip itself."""

"""Looks: sets of garments that staff put together, show, and offer to shoppers."""

"""Outfits: several garments on one person, in one job or in one after another."""

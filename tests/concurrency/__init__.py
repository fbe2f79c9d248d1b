"""Races: what many do in the same moment, on every database."""

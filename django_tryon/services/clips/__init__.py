"""Clips in two steps: a cheap first frame to look at, and then the dear clip."""

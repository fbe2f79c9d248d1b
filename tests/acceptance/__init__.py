"""The app as a shop runs it: each part a process of its own, talking over real connections."""

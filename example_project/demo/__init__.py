"""The demo: the whole app at work on one machine, with one command."""

"""The dashboard: what try-ons do, how fast, and at what cost."""

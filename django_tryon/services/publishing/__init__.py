"""Where a published result stands, what is copied for it, and when that is done by itself."""

"""The page of a batch: how far it is, and what is still to come."""

"""Words, cells and pictures that several pages share."""

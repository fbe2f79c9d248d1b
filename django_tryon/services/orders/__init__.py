"""What staff ordered more of than one request can do: the workers do it, bit by bit."""

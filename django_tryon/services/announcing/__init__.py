"""What the shop's own systems are told, and how it reaches them."""

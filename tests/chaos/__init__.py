"""Real processes, killed at random; afterwards the provider's ledger and the shop's rows agree."""

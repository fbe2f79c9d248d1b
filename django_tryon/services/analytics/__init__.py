"""Analytics: what is counted, of whom nothing is kept, and what the counts tell."""

"""Analytics: what is counted, and what is not."""

"""Model checking in small: any order of events, and a death between any two lines that write."""

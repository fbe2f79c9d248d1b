"""What shoppers may ask for, what is kept of theirs, and how it goes."""

"""Publishing with a choice: where, with which words, in which place, and when."""

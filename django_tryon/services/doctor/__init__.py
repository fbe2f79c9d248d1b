"""What is wrong with an installation, in words."""

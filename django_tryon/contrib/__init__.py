"""What fits this app to other people's."""

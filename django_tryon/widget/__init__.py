"""The shopper's pages, and the words of the button."""

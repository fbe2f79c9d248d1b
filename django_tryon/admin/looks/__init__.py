"""Looks in the admin: built by pictures, shown on product pages, offered in the button."""

"""What the pages of webhooks are drawn with."""

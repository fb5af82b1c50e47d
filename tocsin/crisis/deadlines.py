"""What the clock does for the app."""

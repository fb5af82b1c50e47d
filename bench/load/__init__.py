"""What the bench of the river is made of: posts, a house of real processes, a visitor, and a past."""

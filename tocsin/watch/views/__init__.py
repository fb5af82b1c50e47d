"""The pages about brands, watches and mentions."""

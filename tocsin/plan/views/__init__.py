"""The pages of plans and contacts."""

"""The notices of the app; their texts stand in its templates."""

"""The HTTP API: posts come in as JSON lines."""

"""Tocsin: see a crisis on social networks coming, manage it, answer people like a human being."""

__version__ = "0.1.0"

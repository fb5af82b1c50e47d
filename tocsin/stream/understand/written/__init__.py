"""Posts and words written for Tocsin, on which its weights are trained."""

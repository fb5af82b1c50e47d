"""Training of the packaged weights, by ``tocsin train``; nothing here is needed to read posts."""

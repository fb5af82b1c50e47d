"""The only HTTP client that listens: bounded in size and time, and never to private addresses. No Django."""

"""A scenario as a Markdown file with front matter, in one language: read and written."""

"""News sitemaps, which newspapers publish for search engines."""

"""The plan as a document: pure values, read from and written to Markdown, checked and compared."""

"""Reading files of posts: any encoding, table or date format that a tool exports. Knows no Django."""

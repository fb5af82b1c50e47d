"""The engine: pure and columnar. It knows no Django, opens no file or socket and has no clock of its own."""

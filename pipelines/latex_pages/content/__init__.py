"""What a source says: the content model, its symbols, and the parsers that make it."""

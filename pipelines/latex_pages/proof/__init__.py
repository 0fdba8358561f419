"""Proving pages: the glyphs on the set page against those that the forms demand."""

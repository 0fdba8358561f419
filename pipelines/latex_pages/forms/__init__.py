"""The forms in which content is written: LaTeX, Mathpix markdown, text, HTML, glyphs."""

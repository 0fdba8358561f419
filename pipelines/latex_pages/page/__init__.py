"""Making pages: templates, style draws, numbering, composition."""

"""One module per format, each with a `FORMAT`; found by file name."""

"""Whether a picture of a chart shows what its ground truth says: every check, one reason each."""

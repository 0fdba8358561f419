"""Data for training: the order of examples, pictures as a tower takes them, batches."""

"""Key maps as data, one module per family of checkpoints."""

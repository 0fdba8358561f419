"""Measures a recipe's data and steps against what devices could do, and runs the GPU proof."""

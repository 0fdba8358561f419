"""Evaluation: what a model reads, held against what stands there."""

"""Overlap: duplicates within and across datasets, and with benchmarks that the user names."""

"""Draws charts with matplotlib: its artists on its Agg canvas, laid out by measuring."""

"""Metrics as pure functions of strings, each in a correct mode and in that of a reference code."""

"""Mixtures: what is drawn from which datasets, how it is viewed, and which split it goes to."""

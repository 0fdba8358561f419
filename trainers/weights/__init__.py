"""Weights from elsewhere into our models, and our models into folders that others load."""

"""Exports: examples as files that trainers read, resumable, counted and hashed."""

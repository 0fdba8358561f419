"""The audit: Tesseract reads the stored pictures, and what it reads is held against the targets."""

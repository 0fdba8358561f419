"""Replays what the recorder wrote down, by Skia, and notes where every text and shape went."""

"""Makes material: works are harvested chunk by chunk, then merged into one file by group."""

"""The training loop: plain PyTorch, resumable to the same weights at any step."""

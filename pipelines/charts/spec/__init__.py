"""What a chart says, apart from how it looks and which library draws it."""

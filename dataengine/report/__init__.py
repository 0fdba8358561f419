"""Reports: what a dataset or a mixture holds, in figures and plots, as one page and as JSON."""

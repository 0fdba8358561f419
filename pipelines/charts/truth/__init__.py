"""The ground truth of a chart: values read back from the drawing, and their written forms."""

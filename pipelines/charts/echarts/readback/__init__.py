"""From a laid-out ECharts chart back to what stands where in its picture."""

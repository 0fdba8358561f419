"""ECharts without a browser: V8 lays the chart out, its canvas calls are replayed by Skia."""

"""The figures of docs/reference/performance.md: `python -m benchmarks`."""

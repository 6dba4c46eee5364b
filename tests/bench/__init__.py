"""The benchmarks themselves still run; what they measure is not judged here."""

"""One topic, one kernel: pure functions, arrays in, arrays out."""

"""Reports that test runners leave, read into test runs."""

"""What `handoffd doctor` looks at."""

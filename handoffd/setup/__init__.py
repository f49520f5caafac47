"""What is installed in the user's repository and machine, checked, and taken away again."""

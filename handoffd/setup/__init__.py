"""What is installed in the user's repository and machine, and taken away again.

hooks  service  agents -> doctor
"""

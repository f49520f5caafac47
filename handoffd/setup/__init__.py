"""What is installed in the user's repository and machine, and taken away again.

service (units as text) -> managers -> machine
whole (files of others) <- exclude  config_hooks
whole  exclude  hook_text  config_hooks  hook_managers -> hooks     findings -> machine
                                                   hooks, findings -> doctor
"""

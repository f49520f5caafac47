"""Our own Python processes, started so that no code of the surroundings runs in them.

`-I` leaves out the variables PYTHON*, the working directory, and the user's own site-packages with usercustomize, which PYTHONUSERBASE can lead
anywhere even under `-E`. `-E -P`, the same without the last, is for a handoffd that was installed there itself.
This module is imported before a process is isolated, so it imports nothing that was not loaded by then, `__future__` neither.
"""

import os
import sys


def python(*words: str) -> list[str]:
    """The command that runs this Python, isolated, with these words."""
    return [sys.executable, *_options(), *words]


def begin_again() -> None:
    """Become the same program, isolated: same process, same words. Returns where it is isolated already; where it cannot be, the process ends."""
    if _isolated():
        return
    try:
        os.execve(sys.executable, python(*sys.orig_argv[1:]), given())
    except OSError as fault:
        sys.stderr.write(f"handoffd: Python cannot be started again, isolated: {fault.strerror}\n")
        sys.exit(1)


def given() -> dict[bytes, bytes]:
    """The environment as it was given to this process: Python may have added a locale of its own, when it was started without one."""
    own = dict(os.environb)
    try:
        with open("/proc/self/environ", "rb") as file:
            told = file.read().split(b"\0")
    except OSError:
        return own
    if own.get(b"LC_CTYPE") in (b"C.UTF-8", b"C.utf8", b"UTF-8") and not any(entry.startswith(b"LC_CTYPE=") for entry in told):
        del own[b"LC_CTYPE"]
    return own


def _isolated() -> bool:
    return bool(sys.flags.ignore_environment and sys.flags.safe_path)


def _options() -> list[str]:
    # As this process was started, else as the script would start it.
    in_home = not sys.flags.no_user_site if _isolated() else _in_user_site()
    return ["-E", "-P"] if in_home else ["-I"]


def _in_user_site() -> bool:
    """Whether `pip install --user` put handoffd where it is."""
    site = sys.modules.get("site")
    if not getattr(site, "ENABLE_USER_SITE", False):
        return False
    try:
        return any(name.startswith("handoffd-") for name in os.listdir(getattr(site, "USER_SITE", "")))
    except OSError:
        return False

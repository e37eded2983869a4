"""Run a command as a lesser user, for servers that refuse to be root: `demote.py USER COMMAND…`.

It runs as a file with `python -I`, imports nothing but the standard library, and becomes the command.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Take the user's identity for good."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(user: str, command: list[str]) -> None:
    """Become the user, then the command; it still dies with the leash, whose order a change of user cancels."""
    leash = os.getppid()
    become(user)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != leash:
            sys.exit("the process that started this one is gone")
    os.execv(command[0], command)  # noqa: S606 - our own command line


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

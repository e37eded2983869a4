"""A small process between us and the broker: when we are gone, however we went, the broker goes too.

The broker is this process's child. Its standard input is a pipe from us: the kernel closes it even when we are killed
by signal 9, and that is the order to end the broker. On Linux the broker also dies when this process is killed. It runs
as a file with `python -I`, so it imports nothing but the standard library and starts in about 20 ms.

    leash.py STOP_AFTER_S FOLDER_OR_EMPTY COMMAND…

It prints the broker's process id, then obeys one letter at a time:
    t  terminate the broker, kill it after STOP_AFTER_S      k  kill the broker
    l  leave: from now on the end of input means nothing     end of input: terminate as well
It ends with the broker and with the broker's exit code. FOLDER is deleted then if nobody is left to do it.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the Linux kernel to kill this process when its parent dies; elsewhere only the pipe holds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def terminate(broker: "subprocess.Popen[bytes]", stop_after_s: float) -> None:
    """Let the broker shut down in order, but not for ever."""
    broker.terminate()
    try:
        broker.wait(stop_after_s)
    except subprocess.TimeoutExpired:
        broker.kill()


def obey(broker: "subprocess.Popen[bytes]", stop_after_s: float, nobody_waits: threading.Event) -> None:
    """Read orders until the end of input, which is one too unless we were told to leave."""
    while order := os.read(0, 1):
        if order == b"t":
            terminate(broker, stop_after_s)
        elif order == b"k":
            broker.kill()
        elif order == b"l":
            nobody_waits.set()
    if not nobody_waits.is_set():
        nobody_waits.set()
        terminate(broker, stop_after_s)


def main(stop_after_s: float, folder: str, command: list[str]) -> int:
    """Run the broker to its end and answer its exit code; 128 + signal if a signal ended it."""
    broker = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread is running yet
    )
    os.write(1, b"%d\n" % broker.pid)
    nobody_waits = threading.Event()
    threading.Thread(target=obey, args=(broker, stop_after_s, nobody_waits), daemon=True).start()
    code = broker.wait()
    if folder and nobody_waits.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2], sys.argv[3:]))

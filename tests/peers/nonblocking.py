"""Runs a command with stdout, or stderr, on a pipe that is non-blocking, as another
program that shares it can make it. Reads only when the pipe is full or the command has
ended, so that it is full again and again, and passes on what came.

nonblocking.py stdout|stderr COMMAND ..."""

import os
import select
import subprocess
import sys
import time

which, *command = sys.argv[1:]
near, far = os.pipe()
os.set_blocking(far, False)
running = subprocess.Popen(command, **{which: far})


def pass_on():
    came = os.read(near, 1 << 16)
    os.write(1 if which == "stdout" else 2, came)
    return came


while running.poll() is None:
    is_full = select.select([], [far], [], 0)[1] == []
    if is_full:
        time.sleep(0.02)  # the command is to find it full, too
        pass_on()
    else:
        time.sleep(0.001)
os.close(far)
while pass_on():
    pass
sys.exit(running.returncode)

"""A worker process: `python -m docscan.batch.worker FD SECONDS BYTES`, started by docscan.batch.pool and nobody else.

Takes functions from a pipe and puts back (whether it worked, answer or error), one after the other, until nobody holds
the other end. A process of its own, rather than a fork: models and threads of the libraries do not survive
a fork, and it can be killed with all that it started.
"""

from __future__ import annotations

import resource
import signal
import sys
from multiprocessing.connection import Connection


def serve(connection: Connection, seconds: float) -> None:
    while True:
        try:
            function = connection.recv()
        except EOFError:
            return
        # Nobody handles this signal: the kernel ends the process, wherever it hangs, even if its master is gone.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            answer = True, function()
        except Exception as error:
            answer = False, error
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send(answer)


def main() -> None:
    descriptor, seconds, memory = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the master: what runs is finished
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what documents say
    with Connection(descriptor) as connection:
        serve(connection, seconds)


if __name__ == "__main__":
    main()

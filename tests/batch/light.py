"""Calls for a pool that take no time to import; and a check with faults, as a plugin."""

import os
import signal
import time


def double(number):
    return 2 * number


def kill_self():
    os.kill(os.getpid(), signal.SIGKILL)


def kill_self_once(path):
    if not os.path.exists(path):  # noqa: PTH110 - nothing is imported here that need not be
        open(path, "x").close()  # noqa: PTH123
        kill_self()
    return "alive"


def hang():
    time.sleep(600)


def child_of(path):
    """Starts a process that outlives this one unless somebody ends it too, and hangs."""
    import subprocess

    child = subprocess.Popen(["sleep", "600"])
    with open(path, "w") as told:  # noqa: PTH123
        told.write(str(child.pid))
    hang()


def hunger():
    return len(bytearray(6 * 1024**3))


def fail():
    raise ValueError("ERIKSSON")


class Unpicklable:
    def __reduce__(self):
        raise TypeError("cannot be pickled")


def unpicklable():
    return Unpicklable()


class Fault:
    """What befalls a page, by the last digit of its document number: a decoder that crashes, hangs or eats memory."""

    name = "test.fault"
    measures = ()

    def __call__(self, exam):
        from docscan.checks.mrz_evidence import parsed

        mrz = parsed(exam)
        fault = {"1": kill_self, "3": hang, "5": hunger, "7": fail}.get(mrz.document_number[-1:]) if mrz else None
        if fault:
            fault()
        return ()


FAULT = Fault()

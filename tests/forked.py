"""Acts in children of their own, so that a test may limit or kill them."""

import os
import traceback


def exit_code(*acts):
    """Run the acts at once, each in a child, and return their exit codes in order; a crash is 1."""
    children = [_child(act) for act in acts]
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def _child(act):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = act() or 0
    except BaseException:  # noqa: BLE001 – the parent hears of it by the code; the child may never go on as a test
        traceback.print_exc()
    finally:
        os._exit(code)

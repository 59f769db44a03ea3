"""The budgetmap command in a child of a process that has imported it: what a test hears of it, sooner.

Each run has a process, an environment and a folder of its own, as from a shell. What a start from nothing does — of the
interpreter, of the script, at a terminal — is tried with real processes in test_cli, test_cli_intake and test_wheel.
"""

import os
import subprocess
import sys
import tempfile
from multiprocessing import get_context

_PARENT = get_context("forkserver")  # one process, without threads, of which every run is a child
_PARENT.set_forkserver_preload(["geo.cli", "geo.atlas", "geo.faces", "geo.intake", "geo.search", "geo.web"])
_TIMEOUT_S = 120


def command(words, env, cwd=None):
    """Run the command and return its exit code and what it wrote, as subprocess.run does."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        places = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
        child = _PARENT.Process(target=_main, args=(list(words), dict(env), cwd, places))
        child.start()
        child.join(_TIMEOUT_S)
        if child.exitcode is None:
            child.kill()
            raise subprocess.TimeoutExpired(words, _TIMEOUT_S)
        said = [file.seek(0) or file.read().decode() for file in (out, err)]
    return subprocess.CompletedProcess(words, child.exitcode, *said)


def _main(words, env, cwd, places):
    for number, place in enumerate(places, start=1):
        held = os.open(place, os.O_WRONLY | os.O_APPEND)
        os.dup2(held, number)
        os.close(held)
    os.environ.clear()
    os.environ.update(env)
    if cwd:
        os.chdir(cwd)
    tempfile.tempdir = None  # of the environment of this run
    sys.argv = ["budgetmap", *words]
    from geo.cli import main

    main()

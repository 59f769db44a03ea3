"""A serving process shares its heap: threads take no parts of it that others cannot use."""

import subprocess
import sys

from geo.web.serve import ARENAS
from tests.test_cli import environment

THREADS = 12
COUNTED = f"""
import ctypes, sys, threading
from geo.web import serve
if sys.argv[2] == "shared":
    serve._share_the_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = ctypes.c_int, ctypes.c_void_p
libc.fclose.argtypes = (ctypes.c_void_p,)
together = threading.Barrier({THREADS})
def takes():
    together.wait()
    libc.malloc(ctypes.c_size_t(50_000))
    together.wait()
threads = [threading.Thread(target=takes) for _ in range({THREADS})]
for thread in threads: thread.start()
for thread in threads: thread.join()
told = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, told)
libc.fclose(told)
"""


def heaps(folder, word):
    """Return how many parts of the heap a process has whose threads all took some memory at once."""
    told = folder / word
    subprocess.run([sys.executable, "-c", COUNTED, str(told), word], check=True, env=environment())
    return told.read_text(encoding="utf-8").count("<heap nr=")


def test_many_threads_share_few_parts_of_the_heap(tmp_path):
    """Where they are not told to, they take more."""
    assert ARENAS == heaps(tmp_path, "shared") < heaps(tmp_path, "alone")

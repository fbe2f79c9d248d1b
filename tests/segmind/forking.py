"""Fork a process that is using the network: `python -m tests.segmind.forking` prints “fine”.

In a process of its own, because a fork takes along whatever threads other tests have left, and
some libraries' threads do not survive that (PyAV 19 waits for ever for those of a converter).
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import traceback
import warnings

import django
from django.test import override_settings

from django_tryon.segmind.loop import network

WAIT = 20


async def where(client):
    return client, asyncio.get_running_loop(), threading.current_thread()


def fork_while_the_network_is_used():
    parents, loop, _thread = network.start(where).result(WAIT)
    held, release = threading.Event(), threading.Event()

    def hold():  # a fork may come while another thread is just starting a step
        with network._lock:
            held.set()
            release.wait(WAIT)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(WAIT)
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads and fork: the very point
        child = os.fork()
    if child == 0:
        signal.alarm(WAIT)  # stuck for ever is as bad as wrong
        try:
            client, own_loop, thread = network.start(where).result(WAIT)
            assert client is not parents
            assert own_loop is not loop
            assert thread.is_alive()
            assert not parents.downloads.is_closed
            assert loop.is_running()  # as far as the child can see: untouched
            network.reset()
            os.write(writer, b"fine")
        except BaseException:
            os.write(writer, traceback.format_exc().encode()[-4000:])
        finally:
            os._exit(0)
    release.set()
    holder.join(WAIT)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    same, same_loop, _thread = network.start(where).result(WAIT)
    assert same is parents
    assert same_loop is loop
    network.reset()
    return said


if __name__ == "__main__":
    django.setup()
    from tests.segmind.test_loop import SETTINGS

    with override_settings(TRYON=SETTINGS):
        print(fork_while_the_network_is_used())

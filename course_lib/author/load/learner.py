"""One learner of a load test: a server from the hub, a kernel, and the cells of a lesson over a websocket."""

import asyncio
import json
import random
import time
import uuid
from typing import NamedTuple

from course_lib.author.load.hub import Hub

PATIENCE = 300  # seconds for one cell


class Learner(NamedTuple):
    """What one learner lived through: seconds to a kernel that answers, seconds of each cell, what went wrong."""

    start: float
    cells: list[float]
    failures: list[str]


async def learn(hub: Hub, i: int, wait: float, cells: list[str], pause: float, chance: random.Random) -> Learner:
    """Arrive after a while, get a kernel, run cell after cell with pauses of this mean length; then stay."""
    await asyncio.sleep(wait)
    begun = time.perf_counter()
    socket = await connected(hub, f"learner{i}")
    await execute(socket, "pass")
    started, times, failures = time.perf_counter() - begun, [], []
    for number, cell in enumerate(cells, 1):
        await asyncio.sleep(chance.expovariate(1 / pause))
        before = time.perf_counter()
        error = await execute(socket, cell)
        times.append(time.perf_counter() - before)
        failures += [f"learner {i}, code cell {number}: {error}"] if error else []
    return Learner(started, times, failures)


async def connected(hub: Hub, name: str):
    """A server and a kernel, started through the hub, and the websocket to its channels."""
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    await hub.ask("POST", f"hub/api/users/{name}")
    await hub.ask("POST", f"hub/api/users/{name}/server")
    while not (await hub.ask("GET", f"hub/api/users/{name}"))["servers"].get("", {}).get("ready"):
        await asyncio.sleep(1)
    kernel = await hub.ask("POST", f"user/{name}/api/kernels", {"name": "python3"})
    url = f"ws://127.0.0.1:{hub.port}/user/{name}/api/kernels/{kernel['id']}/channels"
    return await websocket_connect(HTTPRequest(url, headers=hub.headers), max_message_size=2**28)


async def execute(socket, code: str) -> str:
    """Run a cell: the name of its error, or nothing. It is over when the kernel has answered and is idle again."""
    number = uuid.uuid4().hex
    header = {"msg_id": number, "msg_type": "execute_request", "session": number, "username": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await socket.write_message(json.dumps(message))
    try:
        return await asyncio.wait_for(_answered(socket, number), PATIENCE)
    except TimeoutError:
        return f"no answer within {PATIENCE} s"


async def _answered(socket, number: str) -> str:
    error, idle = None, False
    while error is None or not idle:
        heard = await socket.read_message()
        if heard is None:
            return "the connection was closed"
        message = json.loads(heard) if isinstance(heard, str) else {"parent_header": {}}
        if message["parent_header"].get("msg_id") == number:
            content = message["content"]
            idle = idle or message["msg_type"] == "status" and content["execution_state"] == "idle"
            if message["msg_type"] == "execute_reply":
                error = "" if content["status"] == "ok" else content.get("ename", content["status"])
    return error

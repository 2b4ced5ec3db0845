"""A JupyterHub on this machine, made for a load test and gone after it; only this machine can speak to it."""

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from course_lib import NAME
from course_lib.core import require

CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = {arguments!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.JupyterHub.services = [{{"name": "load", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "load", "services": ["load"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""


class Hub(NamedTuple):
    """A running hub: its address, the word that opens it, its process."""

    port: int
    token: str
    process: psutil.Popen

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}

    async def ask(self, method: str, path: str, content: dict | None = None) -> dict:
        """One request, and what it answers."""
        from tornado.httpclient import AsyncHTTPClient

        body = json.dumps(content or {}) if method == "POST" else None
        url = f"http://127.0.0.1:{self.port}/{path}"
        answer = await AsyncHTTPClient().fetch(url, method=method, headers=self.headers, body=body, request_timeout=300)
        return json.loads(answer.body or "{}")

    async def ready(self) -> None:
        """Wait until it answers, a minute at most; its proxy answers first, with 404."""
        from tornado.httpclient import HTTPClientError

        for _ in range(120):
            require(self.process.poll() is None, "the hub ended at once: start `jupyterhub` by itself, and read why")
            try:
                await self.ask("GET", "hub/api/")
                return
            except (OSError, HTTPClientError):
                await asyncio.sleep(0.5)
        require(False, "the hub did not answer within a minute")

    def servers(self) -> list[psutil.Process]:
        """The learners' servers and kernels."""
        return [part for part in self.process.children(recursive=True) if part.name() != "node"]


@contextmanager
def running(proxy: str, learners: int) -> Iterator[Hub]:
    """A hub for so many learners; it and all that it started end with the test."""
    with tempfile.TemporaryDirectory(prefix="course-load-", ignore_cleanup_errors=True) as name:
        folder, ports, token = Path(name), free_ports(3), secrets.token_hex(16)
        furnish(folder / "homes", learners)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        homes, arguments = str(folder / "homes/{username}"), ["--allow-root"] if root else []
        text = CONFIG.format(
            ports=ports, proxy=proxy, homes=homes, python=sys.executable, arguments=arguments, token=token
        )
        (folder / "hub.py").write_text(text, encoding="utf-8")
        with open(folder / "hub.log", "w", encoding="utf-8") as log:
            command = [sys.executable, "-m", "jupyterhub", "-f", "hub.py"]
            process = psutil.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield Hub(ports[0], token, process)
        finally:
            end(process)


def furnish(homes: Path, learners: int) -> None:
    """Put this account's compiled kernels into each home, as a hub does for a new account."""
    compiled = Path(os.environ["NUMBA_CACHE_DIR"]).parents[1]
    for i in range(learners):
        home = homes / f"learner{i}"
        home.mkdir(parents=True)
        if compiled.name == NAME:
            shutil.copytree(compiled, home / ".cache" / NAME)


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nobody listens."""
    from tornado.netutil import bind_sockets

    bound = [bind_sockets(0, "127.0.0.1")[0] for _ in range(count)]
    ports = [one.getsockname()[1] for one in bound]
    for one in bound:
        one.close()
    return ports


def end(process: psutil.Popen) -> None:
    """End a hub and all that it started."""
    family = [*process.children(recursive=True), process] if process.is_running() else []
    for part in family:
        with suppress(psutil.NoSuchProcess):  # it may have ended by itself
            part.kill()
    psutil.wait_procs(family, timeout=10)

"""A worker process with a health port, and how its answers are asked."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from ground import until

from monitor.events import Topic

HERE = Path(__file__).parent
PATIENCE_S = 30
AWAY_MS, STUCK_MS = 1_000, 3_000


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Patient:
    """A worker of these settings; `log` is what it says."""

    def __init__(self, settings, folder, **environment):
        self.port = free_port()
        self.log = folder / f"worker-{self.port}.log"
        self._ill = folder / f"ill-{self.port}"
        told = {
            "FAIRTRADE_KAFKA": settings.kafka,
            "FAIRTRADE_PREFIX": settings.prefix,
            "FAIRTRADE_GROUP": settings.group,
            "FAIRTRADE_PARTITIONS": str(settings.partitions),
            "FAIRTRADE_BROKER_AWAY_MS": str(AWAY_MS),
            "FAIRTRADE_STUCK_MS": str(STUCK_MS),
            "FAIRTRADE_HEALTH_PORT": str(self.port),
            "FAULT": "judge",
            "ILL": str(self._ill),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, HERE / "sick_worker.py"], env=os.environ | told | environment, stdout=log, stderr=log
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()

    def fall_ill(self):
        """Give it the fault that FAULT names."""
        self._ill.touch()

    async def asked(self, question):
        """Answer status and body, or 0 and nothing where nobody answers."""
        return await asyncio.to_thread(self._asked, question)

    def _asked(self, question):
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{question}", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            return refused.code, json.load(refused)
        except OSError:
            return 0, {}

    async def at_the_end(self):
        """Wait until it has read all there is."""

        async def is_so():
            lag = (await self.asked("live"))[1].get("lag", {})
            return len(lag) == len(Topic) and set(lag.values()) == {0} and (await self.asked("ready"))[0] == 200

        await until(is_so, "the end of all inputs")

    async def becomes(self, question, status, why=""):
        """Wait for an answer, with a reason that begins so, and return its body and how long it took."""
        began, found = time.monotonic(), {}

        async def is_so():
            nonlocal found
            code, found = await self.asked(question)
            return code == status and (not why or any(reason.startswith(why) for reason in found["why"]))

        try:
            await until(is_so, f"{question} to answer {status}")
        except AssertionError as error:
            error.add_note(f"the last answer was {found}, the worker said {self.log.read_text()[-2_000:]}")
            raise
        return found, time.monotonic() - began

    async def ends(self):
        """Wait for its end and answer the exit code."""
        return await asyncio.to_thread(self.process.wait, PATIENCE_S)

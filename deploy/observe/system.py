"""Every part of the installation on loopback: Kafka, PostgreSQL, workers, store, Prometheus, Alertmanager, a pager."""

import asyncio
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg.sql import SQL, Identifier

from deploy.observe.pager import Pager
from deploy.observe.questions import is_up
from deploy.observe.supervised import Supervised, environment, ours
from deploy.prometheus.build import write
from monitor.errors import WorldIsWrong
from monitor.local.doctor import PROGRAMS
from monitor.local.kafka import LocalKafka
from monitor.local.node import HOST, free_ports
from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.store.migrate import migrate
from monitor.wire import admin, contracts

FACTOR = 60
WORKERS = 2
PARTITIONS = 4
SCRAPE_S = 1
"""what fifteen seconds divided by the factor are, at least"""
PATIENCE_S = 60.0
LOOK_S = 0.25
ROLES = ("officer", "analyst")
"""who reads the store for the boards"""
NEEDED = ("prometheus", "prometheus-alertmanager", "chromium")
"""programs that a rehearsal starts"""


def missing() -> list[str]:
    """List the Debian packages that are missing."""
    return sorted({PROGRAMS[program][1] for program in NEEDED if shutil.which(program) is None})


class System:
    """All parts; started in the order in which they need each other, stopped in reverse."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kafka = LocalKafka(folder / "kafka")
        self.postgres = LocalPostgres(folder / "postgres")
        ports = free_ports(2 * WORKERS + 5)
        self.metrics_ports, self.health_ports = ports[:WORKERS], ports[WORKERS : 2 * WORKERS]
        prometheus, alertmanager, pager, self.store_port, self.store_health_port = ports[2 * WORKERS :]
        self.prometheus = f"http://{HOST}:{prometheus}"
        self.alertmanager = f"http://{HOST}:{alertmanager}"
        self.pager = Pager(pager)
        self.workers: list[Supervised] = []
        self.others: list[Supervised] = []

    @property
    def settings(self) -> Settings:
        """What every client of ours is told."""
        return Settings(
            kafka=self.kafka.bootstrap,
            prefix="ft.",
            partitions=PARTITIONS,
            store=self.postgres.address("fairtrade"),
            store_password_file=str(self.postgres.password_file),
        )

    async def start(self) -> None:
        """Start everything and come back when all of it answers; raises WorldIsWrong otherwise."""
        await asyncio.gather(asyncio.to_thread(self.kafka.start), asyncio.to_thread(self.postgres.start))
        await admin.apply(self.settings, contracts.load(None))
        await self.pager.start()
        await asyncio.to_thread(self._prepare_store)
        self.others.append(Supervised("store", ours("store", "run"), self.folder, self._told_store()))
        self.workers = [self._worker(number) for number in range(WORKERS)]
        self._start_watchers()
        await self._all_answer()

    def _prepare_store(self) -> None:
        """Make the database, bring its tables, and let its readers in by the superuser's password."""
        password = self.postgres.password_file.read_text(encoding="utf-8").strip()
        with psycopg.connect(self.postgres.address(), password=password, autocommit=True) as server:
            server.execute("CREATE DATABASE fairtrade")
        with psycopg.connect(self.postgres.address("fairtrade"), password=password, autocommit=True) as database:
            migrate(database)
            for role in ROLES:
                database.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(f"fairtrade_{role}"), password))

    def _told_store(self) -> dict[str, object]:
        settings = self.settings
        return self._shared() | {
            "store": settings.store,
            "store_password_file": settings.store_password_file,
            "metrics_port": self.store_port,
            "health_port": self.store_health_port,
        }

    def _worker(self, number: int) -> Supervised:
        told = self._shared() | {
            "instance_id": f"worker-{number}",
            "metrics_port": self.metrics_ports[number],
            "health_port": self.health_ports[number],
            "silence_ms": 1_800_000 // FACTOR,
            "silence_repeat_ms": 60_000 // FACTOR,
            "exit_when_stuck": "true",
        }
        return Supervised(f"worker-{number}", ours("worker"), self.folder, told)

    def _shared(self) -> dict[str, object]:
        settings = self.settings
        return {"kafka": settings.kafka, "prefix": settings.prefix, "partitions": settings.partitions}

    def _start_watchers(self) -> None:
        """Write rules and configurations for this rehearsal, and start who reads them."""
        write(self.folder, FACTOR, relay=self.pager.address)
        self._write_targets("workers", [f"{HOST}:{port}" for port in self.metrics_ports])
        self._write_targets("store", [f"{HOST}:{self.store_port}"])
        self._write_targets("alertmanagers", [self.alertmanager.removeprefix("http://")])
        self.others += [
            Supervised("alertmanager", self._alertmanager_command(), self.folder),
            Supervised("prometheus", self._prometheus_command(), self.folder),
        ]

    def _write_targets(self, name: str, targets: Sequence[str]) -> None:
        place = self.folder / "prometheus" / "targets" / f"{name}.yml"
        place.parent.mkdir(parents=True, exist_ok=True)
        content: Any = [{"targets": list(targets)}]
        place.write_text(yaml.safe_dump(content), encoding="utf-8")

    def _prometheus_command(self) -> list[str]:
        return [
            "prometheus",
            f"--config.file={self.folder / 'prometheus' / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'prometheus-data'}",
            f"--web.listen-address={self.prometheus.removeprefix('http://')}",
            "--enable-feature=exemplar-storage",
        ]

    def _alertmanager_command(self) -> list[str]:
        return [
            "prometheus-alertmanager",
            f"--config.file={self.folder / 'alertmanager' / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'alertmanager-data'}",
            f"--web.listen-address={self.alertmanager.removeprefix('http://')}",
            "--cluster.listen-address=",
        ]

    async def _all_answer(self) -> None:
        await until_up(f"{self.prometheus}/-/ready", "Prometheus")
        await until_up(f"{self.alertmanager}/-/ready", "Alertmanager")
        for number, port in enumerate(self.health_ports):
            await until_up(f"http://{HOST}:{port}/ready", f"worker {number}")
        await until_up(f"http://{HOST}:{self.store_health_port}/ready", "the store")

    def stored(self) -> int:
        """Count the revisions in the store."""
        password = self.postgres.password_file.read_text(encoding="utf-8").strip()
        with psycopg.connect(self.postgres.address("fairtrade"), password=password) as database:
            counted = database.execute("SELECT count(*) FROM fairtrade.alert_revisions").fetchone()
        return int(counted[0]) if counted else 0

    def check_store(self) -> int:
        """Hold the store against the topic, byte by byte; answers the exit code of `fairtrade store check`."""
        command = [*environment(self._told_store()), *ours("store", "check")]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command line
        return done.returncode

    async def stop(self) -> None:
        """End everything."""
        for part in (*self.others, *self.workers):
            await part.stop()
        await self.pager.stop()
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.to_thread(self.kafka.stop)

    def leave(self) -> list[int]:
        """Let everything live on; answer the process ids that end it."""
        pids = [part.leave() for part in (*self.others, *self.workers)]
        return [*pids, self.postgres.leave(), self.kafka.leave()]


async def until_up(url: str, name: str) -> None:
    """Wait until an address answers 200."""
    for _ in range(int(PATIENCE_S / LOOK_S)):
        if await is_up(url):
            return
        await asyncio.sleep(LOOK_S)
    raise WorldIsWrong(f"{name} does not answer 200 at {url} after {PATIENCE_S:g} s; its log lies in the folder named")

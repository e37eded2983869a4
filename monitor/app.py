"""The topology on one screen, and how a worker runs it.

control, costs, shops, offers, orders  ─►  judge  ─►  state, alerts, dead-letters, feedback, control
"""

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import faust
import mode
import uvloop

from monitor.agents import judge
from monitor.agents.engine_core import EngineCore, Watch
from monitor.detect.registry import registered
from monitor.engine import Partition
from monitor.engine.owning import claim
from monitor.observe import health
from monitor.observe.guard import Guard
from monitor.observe.journal import Journal
from monitor.observe.logs import configure, event
from monitor.observe.loop import watch_loop
from monitor.observe.metrics import Metrics
from monitor.observe.observers import Observers
from monitor.observe.probes import serve_health
from monitor.observe.sensor import RebalanceSensor
from monitor.observe.server import serve
from monitor.observe.vitals import Vitals
from monitor.settings import Settings
from monitor.stream import exits, heap
from monitor.stream.arrival import arrive
from monitor.stream.core import CoreFactory
from monitor.stream.credentials import credentials
from monitor.stream.observer import Observer, Unobserved
from monitor.stream.order import INPUTS
from monitor.stream.partitions import Partitions
from monitor.stream.transport import Transport
from monitor.wire.contracts import load


def create_app(settings: Settings, core: CoreFactory | None = None, observer: Observer | None = None) -> faust.App:
    """Build the whole topology: inputs, the judge, its partitions.

    `core` makes the judge of a partition, by default the product's engine with the detectors of the settings.
    """
    app = faust.App(settings.group, **faust_settings(settings))
    partitions = Partitions(settings, core or engine_core(settings), observer or Unobserved())
    cast("Transport", app.transport).partitions = partitions
    names = [settings.prefix + topic for topic in INPUTS]
    inputs = app.topic(*names, key_type=bytes, value_type=bytes, value_serializer="raw", key_serializer="raw")
    judge.attach(app, inputs, partitions)
    app.task(partial(heap.tend, lambda: partitions.folded))
    return app


def engine_core(settings: Settings, watch: Watch = lambda _: None) -> CoreFactory:
    """Answer what makes a partition's judge: the engine, with the detectors of the settings.

    Its state belongs to the group from then on; it is refused where it is another group's.
    """
    detectors = registered(settings.detectors)

    def opened(partition: Partition) -> None:
        claim(partition, settings.group)
        watch(partition)

    return lambda number: EngineCore(settings, number, detectors, opened)


def faust_settings(settings: Settings) -> dict[str, Any]:
    """Answer what Faust is told (delivery.md 1, rule 8): nothing of it is left to its defaults by chance."""
    return {
        "broker": [f"fairtrade://{address}" for address in settings.kafka.split(",")],
        "broker_credentials": credentials(settings),
        "Topic": judge.Inputs,
        "datadir": tempfile.mkdtemp(prefix="fairtrade-worker-"),
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 0,
        "stream_wait_empty": True,
        "stream_buffer_maxsize": 100_000,
        "agent_supervisor": mode.CrashingSupervisor,
        "broker_commit_interval": settings.commit_interval_ms / 1000,
        "broker_max_poll_records": settings.poll_records,
        "broker_session_timeout": settings.session_timeout_ms / 1000,
        "broker_heartbeat_interval": settings.heartbeat_ms / 1000,
        "broker_rebalance_timeout": 20.0,
        "broker_request_timeout": 20.0,
        "broker_max_poll_interval": 60.0,
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": settings.instance_id,
        "producer_acks": -1,
        "worker_redirect_stdouts": False,
        "web_enabled": False,
        # `faust worker` sets that to true again: it must then tell nobody else what a merchant is suspected of.
        "web_bind": "127.0.0.1",
        "web_tables_enabled": False,
        "web_router_enabled": False,
    }


def run_worker(settings: Settings) -> None:
    """Check the topics once a broker is there, then judge, until a signal ends the process; told all the while.

    Raises ContractDrift, DoorIsShut or SettingIsWrong before anything is judged.
    """
    catalogue = load(settings.topics_folder)
    configure()
    metrics, vitals = Metrics(), Vitals()
    serve(metrics.registry, settings.metrics_port, settings.listen)
    watch_health(settings, vitals)
    asyncio.run(arrive(settings, catalogue, partial(_missed, vitals)))
    vitals.arrived()
    app = create_app(settings, engine_core(settings, metrics.watch), Observers(metrics, Journal(), vitals))
    app.sensors.add(RebalanceSensor(metrics))
    app.task(partial(watch_loop, metrics))
    run(app)


def _missed(vitals: Vitals, why: str) -> None:
    vitals.awaits_broker = True
    event("worker.waits", level=logging.WARNING, why=why)


def watch_health(settings: Settings, vitals: Vitals) -> None:
    """Judge a worker's vitals from now on, in threads: answer probes, and end the process where that is wanted."""
    watch = health.Watch(settings, vitals)
    serve_health(watch, settings.listen, settings.health_port)
    Guard(watch, _end_stuck if settings.exit_when_stuck else None).start()


def _end_stuck(reasons: Sequence[str]) -> None:
    exits.end(exits.STUCK, f"it is stuck and a restart is wanted (exit_when_stuck): {'; '.join(reasons)}")


def run(app: faust.App) -> None:
    """Run an app's worker in this process; SIGTERM ends it with everything applied committed."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    heap.settle()
    faust.Worker(app, override_logging=False, redirect_stdouts=False).execute_from_commandline()


def __getattr__(name: str) -> faust.App:
    """Build `app` when `faust -A monitor.app` asks for it, from the environment; nothing is built at import."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    built = globals()["app"] = create_app(Settings.from_env())
    return built

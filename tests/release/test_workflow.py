"""The public CI: it runs what any machine runs, audits what is pinned, and may do nothing else."""

import re

import pytest
import yaml
from artefacts import CHECKOUT

WORKFLOW = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]


def test_the_tests_are_those_of_ci_run():
    """The job that tests calls .ci/run and has no list of its own."""
    assert [step["run"] for step in JOBS["test"]["steps"] if "run" in step] == ["bash .ci/run"]


def test_the_audit_is_a_target_of_the_makefile():
    """What the audit runs, anyone can run."""
    (target,) = (step["run"] for step in JOBS["audit"]["steps"] if "run" in step)

    assert re.search(rf"^{target.removeprefix('make ')}:", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_every_python_that_the_project_names_is_tested():
    """The classifiers promise no Python that the public CI leaves out."""
    text = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    promised = re.findall(r"Programming Language :: Python :: (3\.\d+)", text)

    assert promised == JOBS["test"]["strategy"]["matrix"]["python"]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_may_read_the_repository_and_nothing_else(job):
    """No job is given a right to write, or keeps the token after the checkout; each has an end."""
    checkouts = [step["with"] for step in JOBS[job]["steps"] if "checkout" in step.get("uses", "")]

    assert WORKFLOW["permissions"] == {}
    assert JOBS[job]["permissions"] == {"contents": "read"}
    assert checkouts == [{"persist-credentials": False}]
    assert 0 < JOBS[job]["timeout-minutes"] <= 60


def test_only_actions_of_the_forge_itself_are_used():
    """Actions are the forge's own, each at a version."""
    assert all(re.fullmatch(r"actions/[a-z-]+@(v\d+|[0-9a-f]{40})", step["uses"]) for step in STEPS if "uses" in step)


def test_nothing_that_a_stranger_writes_reaches_a_shell():
    """No command line of a job contains an expression."""
    assert not [step["run"] for step in STEPS if "${{" in step.get("run", "")]

"""A release of this checkout, built once for all tests that look at it."""

import pytest
from artefacts import CHECKOUT, Artefacts, build


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory):
    """Wheel and source distribution of the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    return Artefacts(build("wheel", CHECKOUT, folder), build("sdist", CHECKOUT, folder))

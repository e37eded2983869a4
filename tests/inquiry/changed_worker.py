"""A worker of another program: a day below cost needs a hundred units, as if that were this version's default."""

from msgspec.structs import replace

from monitor import app
from monitor.detect.registry import registered
from monitor.detect.sub_cost.parameters import Parameters
from monitor.settings import Settings


class Stricter(Parameters, frozen=True):
    units: int = 100


def changed(ids):
    return [replace(one, parameters=Stricter) if one.id == "sub-cost" else one for one in registered(ids)]


if __name__ == "__main__":
    app.registered = changed
    app.run_worker(Settings.from_env())

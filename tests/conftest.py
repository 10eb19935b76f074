"""What every test shares: repeatable random draws, and a guard on the global random state."""

import random

import numpy
import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files with slow tests first, so that no core is left with them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def _global_random_state() -> tuple:
    """What the two global generators stand at, in a form that can be compared."""
    name, keys, position, has_gauss, gauss = numpy.random.get_state()
    return random.getstate(), name, keys.tobytes(), position, has_gauss, gauss


@pytest.fixture(autouse=True)
def global_random_state_untouched():
    """Fail a test that draws from or seeds the global generators: results would depend on what ran before."""
    before = _global_random_state()
    yield
    if _global_random_state() != before:
        pytest.fail("the global random state moved: pass a numpy.random.Generator instead")

# SPDX-License-Identifier: Apache-2.0
"""Which tests a short run leaves out (SHORT=1)."""
import pytest


def long_but(one, values):
    """Parameters of a test, each of them long but one: the program does much the same for all, and the server takes the
    time."""
    return [value if value == one else pytest.param(value, marks=pytest.mark.long) for value in values]

# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fixtures of the system tests. `--release bookworm` (may be given more than once) runs them on that release only."""

import os
import pathlib

import pytest

import image
import machine as machines
import package


def pytest_addoption(parser):
    parser.addoption("--release", action="append", choices=image.RELEASES, help="only this Debian release")


def pytest_ignore_collect(collection_path, config):
    """certbot and an ACME server are in an image of their own, which takes more than a minute to make: of one release only."""
    wanted = config.getoption("release") or image.RELEASES
    return True if collection_path.name == "test_certbot.py" and image.ACME_RELEASE not in wanted else None


def pytest_generate_tests(metafunc):
    if "release" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("release") or image.RELEASES
        possible = getattr(metafunc.module, "RELEASES", image.RELEASES)
        metafunc.parametrize("release", [release for release in wanted if release in possible], scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    # As they stand in their file: pytest would mix the tests of one that has a parameter more than the others.
    items.sort(key=lambda item: (str(item.callspec.params.get("release", "")) if hasattr(item, "callspec") else "", *item.location[:2]))
    reason = machines.why_not()
    if reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no machine can be booted here: " + reason))


@pytest.fixture(scope="session")
def deb(release) -> pathlib.Path:
    """The package to install: $MAILSTACK_DEB_BOOKWORM or $MAILSTACK_DEB_TRIXIE, else built now."""
    given = os.environ.get(f"MAILSTACK_DEB_{release.upper()}")
    return pathlib.Path(given) if given else package.build(release)


@pytest.fixture(scope="module")
def machine(release, deb):
    """A machine with the package installed, shared by the tests of a file."""
    with machines.Machine(release) as booted:
        booted.install(deb)
        yield booted


@pytest.fixture
def bare_machine(release):
    """A machine of one's own, without the package."""
    with machines.Machine(release) as booted:
        yield booted

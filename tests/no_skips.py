"""A skipped test names what it lacked; where BUDGETMAP_NO_SKIPS=1 it fails instead.

A test that needs a program of the machine says so, and the last line of a run names the tests that were not run:

    @pytest.mark.needs("chromium")
"""

import os
import shutil

import pytest

SKIPPED = pytest.StashKey[dict[str, str]]()


def pytest_configure(config):
    """Make the marker known and the list of skipped tests empty."""
    config.addinivalue_line("markers", "needs(*programs): skip, by name, where one of these programs is missing")
    config.stash[SKIPPED] = {}


def pytest_runtest_setup(item):
    """Skip a test whose programs are not all on the PATH."""
    for mark in item.iter_markers("needs"):
        missing = [program for program in mark.args if shutil.which(program) is None]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Note a skipped test, or fail it."""
    report = yield
    return judged(report, item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Note a file skipped as a whole, or fail it."""
    report = yield
    return judged(report, collector.config)


def judged(report, config):
    """Return the report; a skip becomes a failure where nothing may be skipped. An expected failure is no skip."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if os.environ.get("BUDGETMAP_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: nothing may be skipped here (BUDGETMAP_NO_SKIPS=1). {reason}"
    else:
        config.stash[SKIPPED][report.nodeid] = reason.removeprefix("Skipped: ")
    return report


def pytest_unconfigure(config):
    """Say, below pytest's closing line, what was not run; nothing when all was."""
    skipped = config.stash.get(SKIPPED, {})
    if skipped:
        print("not run here: " + "; ".join(f"{name} ({reason})" for name, reason in sorted(skipped.items())))

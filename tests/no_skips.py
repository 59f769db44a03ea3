"""A skipped test names what it lacked; where BUDGETMAP_NO_SKIPS=1 it fails instead.

A test that needs a program of the machine says so, and the last line of a run names the tests that were not run:

    @pytest.mark.needs("chromium")
"""

import os
import shutil

import pytest


def pytest_configure(config):
    """Make the marker known; whoever prints the verdict, not its workers, collects what was skipped."""
    config.addinivalue_line("markers", "needs(*programs): skip, by name, where one of these programs is missing")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(NotRun())


def pytest_runtest_setup(item):
    """Skip a test whose programs are not all on the PATH."""
    for mark in item.iter_markers("needs"):
        missing = [program for program in mark.args if shutil.which(program) is None]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Fail a skipped test where nothing may be skipped."""
    report = yield
    return judged(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Fail a file skipped as a whole where nothing may be skipped."""
    report = yield
    return judged(report)


def judged(report):
    """Return the report; a skip becomes a failure where nothing may be skipped."""
    if is_skip(report) and os.environ.get("BUDGETMAP_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: nothing may be skipped here (BUDGETMAP_NO_SKIPS=1). {reason(report)}"
    return report


def is_skip(report):
    """Tell whether a report is of a skip; an expected failure is none."""
    return report.skipped and not hasattr(report, "wasxfail")


def reason(report):
    """Return why it was skipped."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")


class NotRun:
    """What was skipped, as the reports of one process or of all workers tell."""

    def __init__(self):
        self.skipped = {}

    def note(self, report):
        """Keep the reason of a skip."""
        if is_skip(report):
            self.skipped[report.nodeid] = reason(report)

    def pytest_runtest_logreport(self, report):
        """Note a test."""
        self.note(report)

    def pytest_collectreport(self, report):
        """Note a file skipped as a whole."""
        self.note(report)

    def pytest_unconfigure(self):
        """Say, below pytest's closing line, what was not run; nothing when all was."""
        if self.skipped:
            print("not run here: " + "; ".join(f"{name} ({why})" for name, why in sorted(self.skipped.items())))

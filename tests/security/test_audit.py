"""Laws about what we depend on: scripts/audit.py finds nothing wrong here, and would find it if there were."""

import shutil

import pytest

from scripts.audit import LOCKS, ROOT, audit, environment, locks

FILES = (*LOCKS, "package-lock.json", ".npmrc")


def test_what_we_depend_on_is_exact_and_has_digests():
    """Each version, each file, each licence; nothing runs on installing."""
    assert [] == list(audit())


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("requirements.lock", "flask==", "flask>=", "requirements.lock: flask>="),
        ("requirements.lock", "affine==3.0.1 \\\n", "affine==3.0.1\n", "requirements.lock: --hash"),
        ("requirements-dev.lock", "affine==3.0.1", "affine==3.0.2", "affine: 3.0.1 is installed, 3.0.2 is locked"),
        ("requirements-dev.lock", "affine==3.0.1", "affine==3.0.2", "requirements.lock: affine is of another version"),
        ("requirements.lock", "affine==", "affine @ https://evil.example/a.whl #", "requirements.lock: affine @"),
        ("requirements-bench.lock", "sha256:", "md5:", "requirements-bench.lock: affine has no digest"),
        ("package-lock.json", "sha512-", "sha1-", "package-lock.json: @esbuild/aix-ppc64 has no digest"),
        ("package-lock.json", '"license": "MIT"', '"license": "x"', "package-lock.json: licence 'x'"),
        (
            "package-lock.json",
            '"cpu"',
            '"hasInstallScript": true, "cpu"',
            "package-lock.json: @esbuild/aix-ppc64 would run",
        ),
        (".npmrc", "ignore-scripts=true", "ignore-scripts=false", ".npmrc: scripts would run"),
    ],
)
def test_what_is_wrong_with_a_lock_is_said(tmp_path, file, old, new, said):
    """Each detector is tried."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    found = list((environment if "installed" in said else locks)(tmp_path))

    assert old in text
    assert [] != [fault for fault in found if fault.startswith(said)]

"""Laws about the tree itself: how long, how honest, in which words; each detector is tried on a fault."""

import ast
import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("app.py", "geo/", "scripts/", "benchmarks/")
WRITTEN = {".py", ".js", ".css", ".html", ".md", ".toml", ".sh", ".json", ".cfg", ".yml", ".yaml", ".lock", ""}

# In each pattern a bracket keeps the pattern from finding itself.
LEFTOVER = re.compile(r"\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.\-/])/(?:[w]ork|[r]oot|[t]mp|[h]ome/\w+|[U]sers/\w+)/\w|\b[C]:\\Users")
FOREIGN_HOST = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[j]sdelivr|[c]dnjs|[u]npkg\.com|[c]ode\.jquery|[b]ootstrapcdn"
    r"|[f]onts\.g(?:oogleapis|static)|[r]aw\.githubusercontent|[e]sm\.sh|https?://[c]dn\."
)
PLURAL_FORMS = {"zero", "one", "two", "few", "many", "other"}
PERCENT_PLACEHOLDER = re.compile(r"%\((\w+)\)")


def files(*suffixes, under=("",)):
    """List the files git keeps or would keep, so that caches and builds do not count."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    chosen = sorted({name for name in listed if name.startswith(tuple(under)) and Path(name).suffix in suffixes})
    return [ROOT / name for name in chosen if name and (ROOT / name).is_file() and "vendor" not in Path(name).parts]


def found(pattern, paths):
    """Return `file:line: match` for each match of the pattern."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in pattern.finditer(line)
    ]


def functions(source):
    """Return every function of a source, methods and inner ones too."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function):
    """Count the lines of a function from `def` to its last, docstring included."""
    return function.end_lineno - function.lineno + 1


def laws():
    """Return (place, function) of every test in the tree."""
    return [
        (f"{path.relative_to(ROOT)}:{function.lineno} {function.name}", function)
        for path in files(".py", under=("tests/",))
        if path.name.startswith("test_")
        for function in functions(path.read_text(encoding="utf-8"))
        if function.name.startswith("test_")
    ]


def is_assertion(node):
    """Say whether a node can fail a test: assert, pytest.raises or warns, expect(...)."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in {"raises", "warns", "expect"} or name.startswith("assert_")


def is_silent(function):
    """Say whether a test asserts nothing."""
    return not any(is_assertion(node) for node in ast.walk(function))


def placeholders(text):
    """Return the names a message leaves open, written {name} or %(name)s."""
    braced = {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braced | set(PERCENT_PLACEHOLDER.findall(text))


def messages(table, prefix=""):
    """Flatten a table to key → placeholders; the plural forms of a word, fewer or more by language, are one."""
    flat = {}
    for key, value in table.items():
        name = prefix if key in PLURAL_FORMS else f"{prefix}.{key}".lstrip(".")
        inner = messages(value, name) if isinstance(value, dict) else {name: placeholders(str(value))}
        for inner_name, names in inner.items():
            flat[inner_name] = flat.get(inner_name, set()) | names
    return flat


def test_nine_functions_in_ten_fit_on_a_screen():
    """A function is one act: thirty lines as a rule."""
    lengths = sorted(length(f) for path in files(".py", under=OURS) for f in functions(path.read_text("utf-8")))

    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_no_function_is_longer_than_sixty_lines():
    """Beyond sixty lines a function is two; tests count as well."""
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length(function)} lines"
        for path in files(".py", under=(*OURS, "tests/"))
        for function in functions(path.read_text(encoding="utf-8"))
        if length(function) > 60
    ]

    assert [] == too_long


def test_no_file_is_longer_than_250_lines():
    """A file is one idea."""
    sizes = {str(path): len(path.read_text("utf-8").splitlines()) for path in files(".py", ".js", under=OURS)}

    assert {} == {path: size for path, size in sizes.items() if size > 250}


def test_nothing_is_left_for_later_in_the_text():
    """What is still to do stands in an issue, where it can be answered."""
    assert [] == found(LEFTOVER, files(*WRITTEN))


def test_no_file_names_a_path_of_one_machine():
    """A fresh clone works wherever it lies."""
    assert [] == found(MACHINE_PATH, files(*WRITTEN))


def test_no_code_and_no_lock_names_a_registry_or_a_foreign_script_host():
    """Readers' browsers ask nobody but us, and an installation asks whichever registry its machine is set to."""
    written = files(*WRITTEN - {".md"}, under=(*OURS, "Makefile", ".ci/", "requirements", "package", "pyproject"))

    assert [] == found(FOREIGN_HOST, written)


def test_every_test_asserts_something():
    """A test that cannot fail does not exist."""
    assert [] == [place for place, function in laws() if is_silent(function)]


def test_every_test_has_a_docstring():
    """The name is the law, the docstring the promise."""
    assert [] == [place for place, function in laws() if not ast.get_docstring(function)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_messages_say_the_same_things_in_every_language(language):
    """Same keys, same placeholders: no reader gets a key for a word or a sentence without its number."""
    spoken = {
        code: messages(tomllib.loads((ROOT / f"geo/web/messages/{code}.toml").read_text(encoding="utf-8")))
        for code in ("kk", language)
    }

    assert spoken["kk"] == spoken[language]


def test_modules_import_only_what_lies_below_them():
    """The contracts of pyproject.toml hold."""
    # In a process of its own: the linter sets up logging and silences every logger that is there already.
    code = "from importlinter.cli import lint_imports_command as run; run(['--no-cache', '--no-logo'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr


def test_every_file_of_ours_is_linted():
    """A linter that passes over a folder says that all is well in it."""
    command = [sys.executable, "-m", "ruff", "check", "--show-files", "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")

    assert set() == {str(path) for path in files(".py", under=(*OURS, "tests/"))} - set(listed)


@pytest.mark.parametrize(
    ("pattern", "fault", "innocent"),
    [
        (LEFTOVER, "# TO" + "DO: later", "todos = tasks.todo()"),
        (MACHINE_PATH, 'open("/wo' + 'rk/main/x")', 'client.get("/map/work/now")'),
        (FOREIGN_HOST, "https://un" + "pkg.com/x.js", "https://example.org/x.js"),
    ],
)
def test_each_pattern_finds_its_fault_and_leaves_the_innocent(pattern, fault, innocent):
    """A law that can never be broken protects nothing."""
    assert pattern.search(fault)
    assert not pattern.search(innocent)


def test_a_test_without_a_real_assertion_counts_as_silent():
    """`assert True` and a bare call assert nothing; pytest.raises and expect do."""
    silent = ["assert True", "publish()"]
    telling = ["assert 1 == total", "\n with pytest.raises(X): publish()", "expect(page).to_have_title('x')"]

    assert [] == [body for body in silent if not is_silent(functions(f"def test_a(): {body}")[0])]
    assert [] == [body for body in telling if is_silent(functions(f"def test_a(): {body}")[0])]


def test_plural_forms_are_one_message():
    """Russian has more forms than Kazakh; the placeholders of all forms together must agree."""
    russian = messages({"bodies": {"one": "{n} орган", "few": "{n} органа", "many": "{n:,} органов"}, "all": "всего"})

    assert {"bodies": {"n"}, "all": set()} == russian
    assert russian == messages({"bodies": {"other": "%(n)s мекеме"}, "all": "барлығы"})

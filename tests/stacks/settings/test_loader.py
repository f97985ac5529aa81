"""Loading settings, `extends`, and the positions of problems."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.files import ENVIRONMENTS, names
from anykube.settings.loader import load
from anykube.settings.model import secret_names
from anykube.settings.problems import Problem, SettingsError
from hypothesis import given, settings
from hypothesis import strategies as st

Problems = Callable[..., tuple[Problem, ...]]
Write = Callable[..., Path]

BASE = """\
cluster:
  cloud: local
  pools:
    main: {count: 1}
apps:
  web:
    image: a:1
    replicas: 4
    args: [a, b]
    port: 70
"""


@pytest.mark.parametrize("stack", names(ENVIRONMENTS))
def test_loads_all_stacks(stack: str) -> None:
    assert load(stack).apps


def test_secret_names() -> None:
    assert secret_names(load("local")) == {"web-session-key"}


def test_extends_merges_settings(write: Write) -> None:
    child = "extends: base\napps: {web: {replicas: 5, args: [c], port: null}, api: {image: 'b:1'}}"
    page = load("page", write(page=child, base=BASE))
    assert page.extends == "base"
    web = page.apps["web"]
    assert isinstance(web, WebServiceSpec)
    assert (web.image, web.replicas, web.args, web.port) == ("a:1", 5, ("c",), 8080)
    assert set(page.apps) == {"web", "api"}


def test_problem_has_the_position_of_the_value(problems: Problems) -> None:
    inherited, overridden = problems(
        page="extends: base\napps:\n  web:\n    replicas: -2\n", base=BASE.replace("port: 70", "port: 0")
    )
    assert (Path(inherited.file).name, inherited.line, inherited.path) == ("base.yaml", 10, "apps.web.port")
    assert (Path(overridden.file).name, overridden.line, overridden.path) == ("page.yaml", 4, "apps.web.replicas")


def test_missing_field_has_the_position_of_its_parent(problems: Problems) -> None:
    (problem,) = problems(page="extends: base\napps:\n  web:\n    image: null\n", base=BASE)
    assert (Path(problem.file).name, problem.line, problem.path) == ("page.yaml", 3, "apps.web.image")


def test_rejects_circular_extends(problems: Problems) -> None:
    (problem,) = problems(a="extends: b\n", b="extends: c\n", c="\nextends: b\n")
    assert (Path(problem.file).name, problem.line, problem.path) == ("c.yaml", 2, "extends")
    assert "a → b → c → b" in problem.message


def test_rejects_extends_of_a_missing_file(problems: Problems) -> None:
    (problem,) = problems(page="extends: bose\n", base=BASE)
    assert (problem.line, problem.path) == (1, "extends")
    assert "did you mean base?" in problem.remedy


def test_missing_stack_lists_the_existing_ones(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"Did you mean local\? The settings files are: local, other\."):
        load("lokal", write(local=BASE, other=BASE))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", None, "empty"),
        ("# nothing\n", None, "empty"),
        ("- a\n", 1, "not a mapping"),
        ("a: [\n", 2, "invalid YAML"),
        ("a:\n\t- b\n", 2, "invalid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "invalid YAML"),
        ("a: !mine b\n", 1, "tag !mine"),
        ("a: &x [*x]\n", 1, "alias *x is not supported"),
        ("? [a]\n: b\n", 1, "a key is a list"),
    ],
)
def test_rejects_files_that_are_not_settings(problems: Problems, text: str, line: int | None, what: str) -> None:
    (problem,) = problems(page=text)
    assert problem.line == line
    assert what in problem.message


def test_rejects_files_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        load("page", tmp_path)


def test_rejects_duplicate_keys(problems: Problems) -> None:
    (problem,) = problems(page=f"{BASE}cluster: {{cloud: existing}}\n")
    assert (problem.line, problem.path) == (11, "cluster")
    assert problem.message == "duplicate key, first used in line 1"


@pytest.mark.parametrize(
    ("section", "path", "remedy"),
    [
        ("{cloud: local, version: 1.36, pools: {m: {count: 1}}}", "cluster.version", 'in quotes: "1.36"'),
        ("{cloud: lokal}", "cluster.cloud", "did you mean local?"),
        ("local", "cluster", "cloud: local"),
        ("{}", "cluster", "stack: NAME"),
        ("{cloud: local, pools: {}}", "cluster.pools", "at least 1"),
        ("{cloud: existing, contxt: x}", "cluster.contxt", "did you mean context?"),
    ],
)
def test_rejects_invalid_cluster_sections(problems: Problems, section: str, path: str, remedy: str) -> None:
    (problem,) = problems(page=f"cluster: {section}\n")
    assert problem.path == path
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("5", "apps.web.env.A"),
        ("[x]", "apps.web.env.A"),
        ("null", "apps.web.env.A"),
        ("{sekret: x}", "apps.web.env.A.sekret"),
        ("{value: x}", "apps.web.env.A.value"),
        ("{}", "apps.web.env.A.secret"),
        ("{secret: Not_A_Name}", "apps.web.env.A.secret"),
    ],
)
def test_reports_one_problem_for_a_union(problems: Problems, value: str, path: str) -> None:
    (problem,) = problems(page=f"{BASE}    env: {{A: {value}}}\n")
    assert problem.path == path


def test_scalars_are_those_of_yaml_1_2(write: Write) -> None:
    page = load("page", write(page=f"{BASE}    env: {{NO: no, AT: 12:30:00, ON: on, DAY: 2026-01-01}}\n"))
    web = page.apps["web"]
    assert isinstance(web, WebServiceSpec)
    assert web.env == {"NO": "no", "AT": "12:30:00", "ON": "on", "DAY": "2026-01-01"}


def test_format_of_problems(problems: Problems) -> None:
    assert [str(problem).partition("page.yaml")[2] for problem in problems(page=BASE.replace("70", "70000"))] == [
        ":10: apps.web.port: 70000 is too large. It must be at most 65535."
    ]


_WORDS = st.sampled_from(
    [
        "cluster",
        "cloud",
        "stack",
        "local",
        "existing",
        "pools",
        "apps",
        "web",
        "image",
        "routes",
        "host",
        "tls",
        "env",
        "secret",
        "min",
        "max",
        "count",
        "extends",
        "page",
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _WORDS
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, database=None, deadline=None)
@given(_DOCUMENTS.map(yaml.safe_dump) | st.text(max_size=60))
def test_raises_only_settings_errors(text: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            load("page", Path(folder))
        except SettingsError as wrong:
            reported = wrong.problems
        else:
            return
    assert reported
    assert all(problem.message and problem.remedy for problem in reported)


@settings(max_examples=150, database=None, deadline=None)
@given(_DOCUMENTS, _DOCUMENTS, _DOCUMENTS)
def test_raises_only_settings_errors_for_sections(pools: object, routes: object, app: object) -> None:
    document = {
        "cluster": {"cloud": "local", "pools": pools},
        "apps": {"web": {"image": "a:1", "routes": routes}, "b": app},
    }
    test_raises_only_settings_errors.hypothesis.inner_test(yaml.safe_dump(document))  # type: ignore[attr-defined]

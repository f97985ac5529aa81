"""A program outside the checkout, as mypy --strict and pyright see it, without pydantic's plugin."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMPONENTS = Path(__file__).parents[2] / "components"
GOOD = """
import pulumi

from anykube import EksCluster, LocalCluster, Namespace, NodePool, Route, Tls, WebService, WebServiceArgs, Worker

cluster = LocalCluster("local", {"pools": {"servers": {"count": 3}, "gpus": NodePool(count=2)}})
pools = {"servers": NodePool(min=2, max=6)}
EksCluster("shop", {"name": "shop", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"], "pools": pools})
EksCluster(
    "prod",
    {
        "name": "prod",
        "region": "eu-west-1",
        "zones": ("eu-west-1a", "eu-west-1b"),
        "pools": {"servers": NodePool(count=3), "web": {"count": 2}, "gpus": {"count": 1, "eks": {"image": "AL2023"}}},
    },
)
till = Namespace("till", {"cluster": cluster})
shop = WebService(
    "shop",
    {
        "cluster": cluster,
        "namespace": till,
        "image": pulumi.Output.from_input("registry.example/shop:1"),
        "routes": [{"host": "shop.example", "tls": {"issuer": "cluster"}}, Route(host="www.shop.example")],
        "env": {"MODE": "fast", "PASSWORD": {"secret": "db"}},
        "patches": {"Deployment": {"spec": {"paused": None}}},
    },
)
routes = (Route(host="api.example", tls=Tls(issuer="cluster")),)
WebService("api", WebServiceArgs(image="registry.example/api:1", cluster=cluster, routes=routes))
Worker("mailer", {"cluster": cluster, "image": "registry.example/mailer:1"}, pulumi.ResourceOptions(depends_on=[shop]))
"""
MISTAKES = {
    "model": 'WebService("a", WebServiceArgs(image="a:1", cluster=CLUSTER, replcias=3))',
    "dict": 'WebService("a", {"image": "a:1", "cluster": CLUSTER, "replcias": 3})',
    "pool": 'EksCluster("a", {"name": "a", "region": "r", "zones": ["r-a"], "pools": {"p": {"cuont": 3}}})',
    "nested": 'WebService("a", {"image": "a:1", "cluster": CLUSTER, "routes": [{"hots": "a.example"}]})',
    "missing": 'WebService("a", {"image": "a:1"})',
}
BAD = "from anykube import ClusterContext, EksCluster, WebService, WebServiceArgs\n\nCLUSTER = ClusterContext()\n"
_FIRST = BAD.count("\n") + 1
# The SDKs of clouds have thousands of classes, none of which these programs name.
_MYPY = """
[mypy]
strict = true
follow_imports = silent
[mypy-pulumi_aws.*,pulumi_gcp.*,pulumi_azure_native.*,pulumi_kubernetes.*]
follow_imports = skip
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    (folder / "good.py").write_text(GOOD)
    (folder / "bad.py").write_text(BAD + "\n".join(MISTAKES.values()) + "\n")
    (folder / "mypy.ini").write_text(_MYPY)
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(COMPONENTS)], "include": ["good.py", "bad.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    return folder


def _wrong_lines(lines: list[int]) -> list[str]:
    """The mistakes that a checker has found, by the lines of bad.py."""
    return [name for index, name in enumerate(MISTAKES) if _FIRST + index in lines]


def test_mypy(folder: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", "--output=json", "good.py", "bad.py"]
    done = subprocess.run(
        command, cwd=folder, env={"MYPYPATH": str(COMPONENTS)}, capture_output=True, text=True, check=False
    )
    errors = [json.loads(line) for line in done.stdout.splitlines()]
    assert [error for error in errors if error["file"] != "bad.py"] == []
    assert _wrong_lines([error["line"] for error in errors]) == list(MISTAKES)


def test_pyright(folder: Path) -> None:
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    errors = json.loads(done.stdout)["generalDiagnostics"]
    assert [error for error in errors if not error["file"].endswith("bad.py")] == []
    assert _wrong_lines([error["range"]["start"]["line"] + 1 for error in errors]) == list(MISTAKES)

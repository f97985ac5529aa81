"""The table of tools: their versions, how to read an installed version, their releases and their Go modules."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_KUBERNETES = "1.36.2"
_ETCD = "3.6.8"
_KWOK = "0.8.0"
_PULUMI = "3.255.0"
_GATEWAY_API = "1.4.0"
_LANGUAGE_PYTHON = "3.188.0"
_ACTIONLINT = "1.7.12"
KUBERNETES_PROVIDER = "4.25.0"

_OS = sys.platform
_ARCH = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "?")
PLATFORM = f"{_OS}-{_ARCH}"
"""Such as linux-amd64."""
_PULUMI_ARCH = {"amd64": "x64"}.get(_ARCH, _ARCH)


@dataclass(frozen=True)
class Release:
    """An official release.

    `checksums` is the URL of a list of SHA-256 checksums, of a single checksum, or of GitHub's API for the release.
    """

    url: str
    checksums: str
    members: Sequence[str] = ()
    """Files to unpack from the archive. Empty: the download is the program itself."""


@dataclass(frozen=True)
class Module:
    """A Go module in modules/, and the package in it that builds the program."""

    folder: str
    package: str
    linker_values: Sequence[str] = ()
    """The linker's `-X` settings. Without them, the programs report version v0.0.0."""
    extra_files: Sequence[tuple[str, str, str]] = ()
    """Files to copy: (module, path in it, name beside the program)."""
    manifest_folder: tuple[str, str] | None = None
    """For a data file, instead of a build: (module, folder in it) whose YAML files to concatenate."""
    embedded_files: Sequence[tuple[str, str, str]] = ()
    """Files that main.go embeds: (module, path in it, name beside main.go)."""


@dataclass(frozen=True)
class Tool:
    """A program. One on PATH is used from the minor version of `version` up to, but excluding, `below_version`."""

    name: str
    version: str
    release: Release
    module: Module
    below_version: str = ""
    version_arguments: Sequence[str] = ()
    """Arguments that print the version; `below_version` is required with them. Empty: never use one on PATH."""
    must_be_binary: bool = False
    """On PATH, accept only a binary, not a version manager's script. The engine that such a script starts lies in
    another folder and warns at every run that its language host is not beside it."""

    is_data_file: bool = False
    """A data file, not a program."""

    @property
    def key(self) -> str:
        """The name of its folder in the cache."""
        return f"{self.name}-{self.version}-{PLATFORM}"

    @property
    def title(self) -> str:
        """Such as "etcd 3.6.8"."""
        return f"{self.name} {self.version}"


_GITHUB = "https://github.com"
_VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_KUBERNETES_LINKER_VALUES = tuple(
    f"{package}.{name}={value}"
    for package in _VERSION_PACKAGES
    for name, value in (
        ("gitVersion", f"v{_KUBERNETES}"),
        ("gitMajor", "1"),
        ("gitMinor", "36"),
        ("gitTreeState", "clean"),
    )
)
_PULUMI_SDK = "github.com/pulumi/pulumi/sdk/v3"
_PYTHON_SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-analyzer-policy-python",
    "python/dist/pulumi-resource-pulumi-python",
)


def _pulumi_release(*members: str) -> Release:
    base = f"{_GITHUB}/pulumi/pulumi/releases/download/v{_PULUMI}"
    return Release(
        f"{base}/pulumi-v{_PULUMI}-{_OS}-{_PULUMI_ARCH}.tar.gz",
        f"{base}/pulumi-{_PULUMI}-checksums.txt",
        members,
    )


def _kubernetes(name: str) -> Tool:
    url = f"https://dl.k8s.io/v{_KUBERNETES}/bin/{_OS}/{_ARCH}/{name}"
    version_arguments = ("version", "--client") if name == "kubectl" else ("--version",)
    return Tool(
        name,
        _KUBERNETES,
        Release(url, f"{url}.sha256"),
        Module("control-plane", f"k8s.io/kubernetes/cmd/{name}", _KUBERNETES_LINKER_VALUES),
        below_version="1.37",
        version_arguments=version_arguments,
    )


def _github_checksums(repository: str, version: str) -> str:
    """The URL of GitHub's API for a release, which lists the SHA-256 of every asset.

    https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name
    """
    return f"https://api.github.com/repos/{repository}/releases/tags/v{version}"


def _kwok(name: str) -> Tool:
    url = f"{_GITHUB}/kubernetes-sigs/kwok/releases/download/v{_KWOK}/{name}-{_OS}-{_ARCH}"
    return Tool(
        name,
        _KWOK,
        # kwok publishes no checksums file.
        Release(url, _github_checksums("kubernetes-sigs/kwok", _KWOK)),
        Module("control-plane", f"sigs.k8s.io/kwok/cmd/{name}"),
        below_version="0.9",
        version_arguments=("--version",),
    )


TOOLS = (
    Tool(
        "pulumi",
        _PULUMI,
        _pulumi_release("pulumi/pulumi"),
        Module(
            "pulumi",
            "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            (f"{_PULUMI_SDK}/go/common/version.Version={_PULUMI}",),
        ),
        below_version="3.256",
        version_arguments=("version",),
        must_be_binary=True,
    ),
    Tool(
        "pulumi-language-python",
        _LANGUAGE_PYTHON,
        _pulumi_release(
            "pulumi/pulumi-language-python", *(f"pulumi/{path.rpartition('/')[2]}" for path in _PYTHON_SCRIPTS)
        ),
        Module(
            "language-python",
            "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
            extra_files=tuple((_PULUMI_SDK, path, path.rpartition("/")[2]) for path in _PYTHON_SCRIPTS),
        ),
    ),
    _kubernetes("kubectl"),
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    Tool(
        "etcd",
        _ETCD,
        Release(
            f"{_GITHUB}/etcd-io/etcd/releases/download/v{_ETCD}/etcd-v{_ETCD}-{_OS}-{_ARCH}.tar.gz",
            f"{_GITHUB}/etcd-io/etcd/releases/download/v{_ETCD}/SHA256SUMS",
            (f"etcd-v{_ETCD}-{_OS}-{_ARCH}/etcd",),
        ),
        Module("control-plane", "go.etcd.io/etcd/server/v3"),
        below_version="3.7",
        version_arguments=("--version",),
    ),
    _kwok("kwok"),
    _kwok("kwokctl"),
    Tool(
        "pulumi-resource-kubernetes",
        KUBERNETES_PROVIDER,
        Release(
            f"{_GITHUB}/pulumi/pulumi-kubernetes/releases/download/v{KUBERNETES_PROVIDER}/"
            f"pulumi-resource-kubernetes-v{KUBERNETES_PROVIDER}-{_OS}-{_ARCH}.tar.gz",
            # The checksums that Pulumi's providers publish are SHA-1.
            _github_checksums("pulumi/pulumi-kubernetes", KUBERNETES_PROVIDER),
            ("pulumi-resource-kubernetes",),
        ),
        Module(
            "kubernetes-provider",
            ".",
            embedded_files=tuple(
                (
                    "github.com/pulumi/pulumi-kubernetes/provider/v4",
                    f"cmd/pulumi-resource-kubernetes/{name}.json",
                    f"{name}-embed.json",
                )
                for name in ("schema", "terraform-mapping")
            ),
        ),
    ),
    Tool(
        "gateway-api.yaml",
        _GATEWAY_API,
        Release(
            f"{_GITHUB}/kubernetes-sigs/gateway-api/releases/download/v{_GATEWAY_API}/standard-install.yaml",
            _github_checksums("kubernetes-sigs/gateway-api", _GATEWAY_API),
        ),
        Module("gateway-api", "", manifest_folder=("sigs.k8s.io/gateway-api", "config/crd/standard")),
        is_data_file=True,
    ),
)
"""Tools of the same module follow each other, because they share compiled packages."""


_ACTIONLINT_RELEASE = f"{_GITHUB}/rhysd/actionlint/releases/download/v{_ACTIONLINT}/actionlint_{_ACTIONLINT}"
ACTIONLINT = Tool(
    "actionlint",
    _ACTIONLINT,
    Release(f"{_ACTIONLINT_RELEASE}_{_OS}_{_ARCH}.tar.gz", f"{_ACTIONLINT_RELEASE}_checksums.txt", ("actionlint",)),
    Module("actionlint", "github.com/rhysd/actionlint/cmd/actionlint"),
    below_version="1.8",
    version_arguments=("-version",),
)
"""Only the tests of our CI workflows need it."""

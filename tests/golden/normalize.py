"""Normalizes a state, so that two recordings of the same program give the same file."""

import hashlib
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from anykube_cli.engine import SIGNATURE_KEY

Resource = dict[str, Any]

_HEX = "0123456789abcdef"
_PROVIDERS = "pulumi:providers:"
_REMOVED = ("created", "modified", "sourcePosition", "stackTrace", "protect")
"""Properties of resources to remove: times, source positions, and `protect`, with which a preview fails before it
reports replacements."""


@dataclass(frozen=True)
class _Noise:
    """Text that is random in each run."""

    pattern: str
    alphabet: str = _HEX
    """The random characters. Others in the text stay."""
    constant: str = ""
    """Replacement if all occurrences may be the same."""


@dataclass(frozen=True)
class _PackageNoise:
    """The random text in states of a package.

    Everything else stays: GUIDs of roles and tenants, and addresses and times in settings. So do identifiers that a
    simulated account derives from other values, since names may contain hashes of them.
    """

    noises: Sequence[_Noise] = ()
    digits: int = 7
    """Number of random digits at the end of names that the provider generates."""


_ALWAYS = (
    _Noise(r"LS0tLS1CRUdJTi[\w+/=]+", constant="Y2VydGlmaWNhdGU="),  # a PEM in base64
    _Noise(r"(?<=\b127\.0\.0\.1:)\d+", constant="443"),
)
"""Noise of the Kubernetes API of any cluster."""
_PACKAGES: Mapping[str, _PackageNoise] = {
    # In moto every identifier, address and time is random.
    "aws": _PackageNoise(
        (
            _Noise(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", constant="2026-01-01T00:00:00Z"),
            _Noise(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
            _Noise(r"(?<=[a-z]-)[0-9a-f]{17,18}\b"),
            _Noise(r"(?<=-)\d{26}\b", string.digits),
            _Noise(r"(?<=/id/)[0-9A-F]{32}\b", _HEX.upper()),
            _Noise(r"(?<=\bAROA)[A-Z0-9]{17}\b", string.ascii_uppercase + string.digits),
            _Noise(r"\b10\.\d+\.\d+\.\d+\b(?!/)", constant="10.0.0.1"),  # an address; a CIDR block is a setting
            _Noise(r"(?<=\b127[.-])\d+[.-]\d+[.-]\d+\b(?!:)", constant="0.0.0"),
        )
    ),
    # Nothing is random in our simulated accounts, but numbers on Google Cloud derive from names with random digits.
    "azure-native": _PackageNoise(digits=8),
    "gcp": _PackageNoise((_Noise(r"(?<=\b1)\d{18}\b", string.digits),)),
}


def normalize(state: Mapping[str, Any], package: str) -> dict[str, Any]:
    """Normalizes a state. Resources of `package` keep their content, all others only their type, name and ID.

    The others stay since the engine plans nothing for a resource with a missing dependency. Times, source positions and
    outputs of components and of the stack are removed. Random text becomes text of the same form that depends on where
    it first occurs. Raises ValueError if a resource of the package contains a secret.
    """
    resources = _in_dependency_order([_stripped(resource, package) for resource in state["deployment"]["resources"]])
    if secrets := [resource["urn"] for resource in resources if SIGNATURE_KEY in str(resource)]:
        raise ValueError(f"golden files must not contain secrets, but these resources do: {', '.join(secrets)}")
    noise = _PACKAGES[package]
    resources = _map_texts(
        [_with_sorted_lists(resource) for resource in resources], lambda text: _replace_constants(text, noise)
    )
    names = _replacements(resources, noise)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)")
    renamed = _map_texts(resources, lambda text: pattern.sub(lambda match: names[match[0]], text))
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    return {"version": state["version"], "deployment": {"manifest": manifest, "resources": renamed}}


def _stripped(resource: Resource, package: str) -> Resource:
    result = {key: value for key, value in resource.items() if key not in _REMOVED}
    in_package = resource["type"].startswith(f"{package}:") or resource["type"] == f"{_PROVIDERS}{package}"
    if not in_package:
        for key in ("inputs", "outputs", "dependencies", "propertyDependencies"):
            result.pop(key, None)
    elif hidden := set(resource.get("additionalSecretOutputs", ())):
        # The SDK marks these outputs as secret, such as labels. Diff compares only inputs.
        result["outputs"] = {key: value for key, value in result["outputs"].items() if key not in hidden}
    if resource["type"].startswith(_PROVIDERS):
        # The engine starts the provider with these inputs. Remove the version, which may not be available later.
        for key in ("inputs", "outputs") if in_package else ("inputs",):
            values = resource.get(key, {})
            result[key] = {name: _without_secret(value) for name, value in values.items() if name != "version"}
    return result


def _without_secret(value: object) -> object:
    return "{}" if isinstance(value, Mapping) and SIGNATURE_KEY in value else value


def _dependencies(resource: Resource) -> Iterator[str]:
    yield from resource.get("dependencies", [])
    if parent := resource.get("parent"):
        yield parent
    if provider := resource.get("provider"):
        yield provider.rpartition("::")[0]


def _in_dependency_order(resources: list[Resource]) -> list[Resource]:
    """Sorts resources after their dependencies, which the engine requires, and by URN."""
    by_urn = {resource["urn"]: resource for resource in sorted(resources, key=lambda resource: str(resource["urn"]))}
    sorter = TopologicalSorter(
        {urn: sorted(set(_dependencies(resource)) & by_urn.keys()) for urn, resource in by_urn.items()}
    )
    sorter.prepare()
    result = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        result += [by_urn[urn] for urn in ready]
        sorter.done(*ready)
    return result


def _with_sorted_lists(resource: Resource) -> Resource:
    """Sorts lists whose order is random."""
    result = dict(resource)
    if "dependencies" in result:
        result["dependencies"] = sorted(result["dependencies"])
    if "propertyDependencies" in result:
        result["propertyDependencies"] = {
            name: sorted(urns) for name, urns in result["propertyDependencies"].items() if urns
        }
    return result


def _replace_constants(text: str, package: _PackageNoise) -> str:
    """Replaces noise that has a constant. Such text is short and can occur in other text by chance."""
    for noise in (*_ALWAYS, *package.noises):
        if noise.constant:
            text = re.sub(noise.pattern, noise.constant, text)
    return text


def _replacements(resources: list[Resource], package: _PackageNoise) -> dict[str, str]:
    """The replacement of each random text."""
    names: dict[str, str] = {}
    for resource in resources:
        if resource["type"].startswith(_PROVIDERS):
            # The engine generates IDs of providers.
            names.setdefault(resource["id"], _similar(resource["id"], _HEX, f"{resource['urn']}.id 0"))
        for path, text in _texts(resource, resource["urn"]):
            for noise in package.noises:
                for index, random_text in enumerate(re.findall(noise.pattern, text) if not noise.constant else ()):
                    names.setdefault(random_text, _similar(random_text, noise.alphabet, f"{path} {index}"))
        for name in resource.get("inputs", {}).get("__defaults", []):
            # The provider generated the name, with random hex digits at the end.
            generated = resource["inputs"][name]
            digits = generated[-package.digits :]
            names[generated] = generated[: -package.digits] + _similar(digits, _HEX, f"{resource['urn']} {name}")
    return names


def _similar(text: str, alphabet: str, seed: str) -> str:
    """A text of the same form, derived from a seed."""
    digest = hashlib.shake_256(seed.encode()).digest(len(text))
    return "".join(
        alphabet[digit % len(alphabet)] if character in alphabet else character
        for character, digit in zip(text, digest, strict=True)
    )


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) or type(value) is int:
        yield path, str(value)
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _texts(value[key], f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def _map_texts(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if type(value) is int:
        return int(change(str(value)))
    if isinstance(value, Mapping):
        return {change(key): _map_texts(item, change) for key, item in value.items()}
    return [_map_texts(item, change) for item in value] if isinstance(value, list) else value

"""A state without what differs from run to run, so that recording the same program twice gives the same file."""

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
_NOT_KEPT = ("created", "modified", "sourcePosition", "stackTrace", "protect")
"""Times, places in sources of the recording machine; and protection, which would end a preview before it has said
what it would replace, and by what."""


@dataclass(frozen=True)
class _Noise:
    """Something that a run draws."""

    pattern: str
    alphabet: str = _HEX
    """What its characters are drawn from; others in it stay."""
    constant: str = ""
    """What to write where all may be the same."""


@dataclass(frozen=True)
class _Drawn:
    """What an account draws anew in each run, by the package of its provider.

    All else is a fact and stays: a role's GUID, a tenant's, an address or a time that the page sets. So do identifiers
    that an account derives from what they belong to, since names may be hashes of them, and these could not be written
    anew.
    """

    noises: Sequence[_Noise] = ()
    digits: int = 7
    """How many the provider puts behind a name that it chooses."""


_ALWAYS = (
    _Noise(r"LS0tLS1CRUdJTi[\w+/=]+", constant="Y2VydGlmaWNhdGU="),  # a PEM in base64
    _Noise(r"(?<=\b127\.0\.0\.1:)\d+", constant="443"),
)
"""Of the Kubernetes under any cluster."""
_DRAWN: Mapping[str, _Drawn] = {
    # moto draws every identifier and every address, and tells when.
    "aws": _Drawn(
        (
            _Noise(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", constant="2026-01-01T00:00:00Z"),
            _Noise(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
            _Noise(r"(?<=[a-z]-)[0-9a-f]{17,18}\b"),
            _Noise(r"(?<=-)\d{26}\b", string.digits),
            _Noise(r"(?<=/id/)[0-9A-F]{32}\b", _HEX.upper()),
            _Noise(r"(?<=\bAROA)[A-Z0-9]{17}\b", string.ascii_uppercase + string.digits),
            _Noise(r"\b10\.\d+\.\d+\.\d+\b(?!/)", constant="10.0.0.1"),  # an address; a block of them is a setting
            _Noise(r"(?<=\b127[.-])\d+[.-]\d+[.-]\d+\b(?!:)", constant="0.0.0"),
        )
    ),
    # Our own accounts draw nothing. Numbers of Google's are made of names, to which the provider adds digits.
    "azure-native": _Drawn(digits=8),
    "gcp": _Drawn((_Noise(r"(?<=\b1)\d{18}\b", string.digits),)),
}


def normalised(state: Mapping[str, Any], package: str) -> dict[str, Any]:
    """The deployment with the resources of one cloud's package, whole, and all others without their content.

    Those are what a preview of the package needs to find in place: the engine plans nothing on a dependency that is not
    there. Left out everywhere: times, sources, outputs of components and of the stack. What a run draws becomes
    something else of the same form that depends on where it first occurs. Raises ValueError where the package's own
    resources hold a secret.
    """
    resources = _ordered([_kept(one, package) for one in state["deployment"]["resources"]])
    if secret := [resource["urn"] for resource in resources if SIGNATURE_KEY in str(resource)]:
        raise ValueError(f"a golden file holds no secrets, and these have some: {', '.join(secret)}")
    drawn = _DRAWN[package]
    resources = _mapped([_sorted(resource) for resource in resources], lambda text: _constant(text, drawn))
    names = _names(resources, drawn)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)")
    renamed = _mapped(resources, lambda text: pattern.sub(lambda found: names[found[0]], text))
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    return {"version": state["version"], "deployment": {"manifest": manifest, "resources": renamed}}


def _kept(resource: Resource, package: str) -> Resource:
    made = {key: value for key, value in resource.items() if key not in _NOT_KEPT}
    own = resource["type"].startswith(f"{package}:") or resource["type"] == f"{_PROVIDERS}{package}"
    if not own:
        for part in ("inputs", "outputs", "dependencies", "propertyDependencies"):
            made.pop(part, None)
    elif hidden := set(resource.get("additionalSecretOutputs", ())):
        # The SDK hides these whatever they hold, such as labels; Diff looks at inputs.
        made["outputs"] = {key: value for key, value in made["outputs"].items() if key not in hidden}
    if resource["type"].startswith(_PROVIDERS):
        # The engine starts it with these, in any version: that of the recording is not there for ever.
        for part in ("inputs", "outputs") if own else ("inputs",):
            values = resource.get(part, {})
            made[part] = {key: _public(value) for key, value in values.items() if key != "version"}
    return made


def _public(value: object) -> object:
    return "{}" if isinstance(value, Mapping) and SIGNATURE_KEY in value else value


def _needs(resource: Resource) -> Iterator[str]:
    yield from resource.get("dependencies", [])
    if parent := resource.get("parent"):
        yield parent
    if provider := resource.get("provider"):
        yield provider.rpartition("::")[0]


def _ordered(resources: list[Resource]) -> list[Resource]:
    """Each after what it needs, as the engine wants it; by URN where that leaves a choice."""
    by_urn = {resource["urn"]: resource for resource in sorted(resources, key=lambda one: str(one["urn"]))}
    sorter = TopologicalSorter(
        {urn: sorted(need for need in _needs(one) if need in by_urn) for urn, one in by_urn.items()}
    )
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found += [by_urn[urn] for urn in ready]
        sorter.done(*ready)
    return found


def _sorted(resource: Resource) -> Resource:
    """The resource with lists in order that have none."""
    made = dict(resource)
    if "dependencies" in made:
        made["dependencies"] = sorted(made["dependencies"])
    if "propertyDependencies" in made:
        made["propertyDependencies"] = {
            name: sorted(urns) for name, urns in made["propertyDependencies"].items() if urns
        }
    return made


def _constant(text: str, drawn: _Drawn) -> str:
    """A text without what may be the same everywhere; such pieces are short, and would be found in other things."""
    for noise in (*_ALWAYS, *drawn.noises):
        if noise.constant:
            text = re.sub(noise.pattern, noise.constant, text)
    return text


def _names(resources: list[Resource], drawn: _Drawn) -> dict[str, str]:
    """What to call each thing that was drawn."""
    names: dict[str, str] = {}
    for resource in resources:
        if resource["type"].startswith(_PROVIDERS):
            # The engine's own, whatever the cloud is.
            names.setdefault(resource["id"], _alike(resource["id"], _HEX, f"{resource['urn']}.id 0"))
        for path, text in _texts(resource, resource["urn"]):
            for noise in drawn.noises:
                for index, found in enumerate(re.findall(noise.pattern, text) if not noise.constant else ()):
                    names.setdefault(found, _alike(found, noise.alphabet, f"{path} {index}"))
        for name in resource.get("inputs", {}).get("__defaults", []):
            # Its own name and hex digits: the provider's choice.
            chosen = resource["inputs"][name]
            ending = chosen[-drawn.digits :]
            names[chosen] = chosen[: -drawn.digits] + _alike(ending, _HEX, f"{resource['urn']} {name}")
    return names


def _alike(text: str, alphabet: str, seed: str) -> str:
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


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if type(value) is int:
        return int(change(str(value)))
    if isinstance(value, Mapping):
        return {change(key): _mapped(item, change) for key, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value

"""A cluster that stacks share with people who use kubectl."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.checkout import SOURCE, Checkout, CommandResult

_CASES = SOURCE / "tests" / "cases"


class SharedCluster:
    """The cluster of the stack `local`, with kubectl for those who do not use Anykube."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._kubeconfig = checkout.folder / ".anykube" / "test.kubeconfig"
        self._kubeconfig.touch(mode=0o600)
        self._kubeconfig.write_text(
            checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out
        )

    def settings(self, stack: str) -> Path:
        """The settings file of a stack."""
        return self.checkout.folder / "stacks" / "environments" / f"{stack}.yaml"

    def case(self, name: str) -> str:
        """Copies the settings of a case, such as `01-local-one`, and returns the stack's name."""
        stack = name.partition("-")[2]
        self.settings(stack).write_text((_CASES / f"{name}.yaml").read_text())
        return stack

    def write(self, stack: str, **sections: Any) -> str:
        """Writes the settings of a stack on this cluster, and returns the stack's name."""
        document = {"cluster": {"stack": "local"}, **sections, "policies": {"profile": "development"}}
        self.settings(stack).write_text(json.dumps(document))  # JSON is YAML
        return stack

    def up(self, stack: str, *, ok: bool = True) -> CommandResult:
        """Runs `make up`."""
        return self.checkout.make("up", f"STACK={stack}", ok=ok)

    def refuse(self, stack: str) -> str:
        """Runs `make up`, which must fail, and returns its output."""
        result = self.up(stack, ok=False)
        assert result.code != 0, result.all
        return result.all

    def destroy(self, *stacks: str) -> str:
        """Runs `make destroy` of stacks, and returns the output."""
        return "".join(self.checkout.make("destroy", f"STACK={stack}").all for stack in stacks)

    def kubectl(self, *arguments: str, objects: list[dict[str, Any]] | None = None) -> CommandResult:
        """Runs kubectl. `objects`: manifests for a command with `-f`."""
        kubectl = str(self.checkout.folder / ".anykube" / "bin" / "kubectl")
        files: tuple[str, ...] = ()
        if objects is not None:
            file = self.checkout.folder / ".anykube" / "objects.json"
            file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
            files = ("-f", str(file))
        return self.checkout.run(kubectl, "--kubeconfig", str(self._kubeconfig), *arguments, *files)

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of `kubectl get … -o json`."""
        items: list[dict[str, Any]] = json.loads(
            self.kubectl("get", *arguments, "--show-managed-fields", "-o", "json").out
        )["items"]
        return items

    def uids(self, *arguments: str) -> dict[str, str]:
        """The uids of objects by kind and name: an object that was deleted and created again has another one."""
        return {
            f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["uid"] for item in self.objects(*arguments)
        }

    def has_namespace(self, name: str) -> bool:
        """Whether the namespace exists."""
        return bool(self.objects("namespaces", "--field-selector", f"metadata.name={name}"))

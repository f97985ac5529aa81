"""Runs a component, with a simulated cloud's plugin in place of the engine: every resource is really requested."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pulumi
from anykube_cli.plugin.values import python_values
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from tests.rehearsal.cloud.engine import Engine, Resource


class Deployment(Mocks):
    """Creates a component's resources in a simulated account, in their order."""

    def __init__(self, engine: Engine, prefix: str) -> None:
        """`prefix` begins the tokens of the cloud's resource types and functions. Others only return their inputs."""
        self._engine, self._prefix = engine, prefix
        self.resources: list[Resource] = []
        # The plugin parses the SDK's sources, and ast.parse of Python 3.11 fails in concurrent threads.
        self._lock = threading.Lock()

    def up(self, program: Callable[[], object]) -> None:
        """Runs the program, which creates its resources."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            pulumi.runtime.set_mocks(self, preview=False)
            pulumi.runtime.test(lambda: program() and None)()  # type: ignore[no-untyped-call]
        finally:
            loop.close()
            asyncio.set_event_loop(None)

    def refresh(self) -> None:
        """Reads every resource, as a preview does that looks for drift."""
        for resource in self.resources:
            self._engine.read(resource)

    def destroy(self) -> None:
        """Deletes the resources in reverse."""
        for resource in reversed(self.resources):
            self._engine.delete(resource)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if not args.typ.startswith(self._prefix):
            return f"{args.name}-id", dict(args.inputs)
        with self._lock:
            resource = self._engine.create(args.typ, args.name, **args.inputs)
            self.resources.append(resource)
        return resource.identifier, {**args.inputs, **python_values(resource.outputs)}

    def call(self, args: MockCallArgs) -> Any:
        with self._lock:
            return self._engine.invoke(args.token, **args.args)

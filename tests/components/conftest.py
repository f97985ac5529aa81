"""Runs component code without an engine, and shows what it would have registered."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


class Registration(NamedTuple):
    """What the engine is told of a resource. A secret input is the tuple ("secret", its value)."""

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    dependencies: list[str]
    inputs: dict[str, Any]
    secret_outputs: list[str]
    ignored: list[str]
    """Properties whose changes the engine does not look at."""
    protected: bool
    """Whether the engine refuses to delete it."""
    former_names: list[str]
    """Names under which the engine also looks for it in the state."""


class _Echo(Mocks):
    """Outputs are the inputs, and for types and functions that a test names, what it says of them."""

    def __init__(self) -> None:
        self.outputs: dict[str, dict[str, Any]] = {}
        self.functions: dict[str, dict[str, Any]] = {}
        self.is_first_preview = False

    def call(self, args: MockCallArgs) -> Any:
        if self.is_first_preview and args.token not in self.functions:
            return {}
        assert args.token in self.functions, f"nobody expects a call of {args.token}"
        return _resolved(self.functions[args.token], args.args)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        outputs = self.outputs.get(args.typ, {})
        if self.is_first_preview:
            return None, {key: value for key, value in args.inputs.items() if key not in outputs}
        resolved = _resolved(outputs, args.inputs)
        return resolved.pop("id", f"{args.name}-id"), {**args.inputs, **resolved}


def _resolved(outputs: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: value(inputs) if callable(value) else value for key, value in outputs.items()}


class _Monitor(MockMonitor):
    def __init__(self, echo: _Echo) -> None:
        super().__init__(echo)
        self.registrations: dict[str, Registration] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            key = f"{request.type.rpartition(':')[2]}/{request.name}"
            assert key not in self.registrations, "a resource is registered once"
            self.registrations[key] = Registration(
                type=request.type,
                name=request.name,
                urn=response.urn,
                parent=request.parent,
                provider=request.provider,
                dependencies=sorted(request.dependencies),
                inputs=_visible(request.object),
                secret_outputs=list(request.additionalSecretOutputs),
                ignored=sorted(request.ignoreChanges),
                protected=request.protect,
                former_names=[alias.spec.name for alias in request.aliases],
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        # The stack registers its own, but only in the first run of a process.
        if "::pulumi:pulumi:Stack::" not in request.urn:
            assert request.urn not in self.outputs, "outputs are registered once"
            self.outputs[request.urn] = _visible(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _visible(value: Any) -> Any:
    """Plain Python for a protobuf value: Structs are like dicts there, and have whole numbers as floats."""
    if hasattr(value, "extend"):
        return [_visible(item) for item in value]
    if hasattr(value, "items"):
        plain = {key: _visible(item) for key, item in value.items()}
        return ("secret", plain["value"]) if plain.items() >= _SECRET.items() else plain
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Engine:
    """Stands in for the engine: `run` a program, then look at its `resources`, such as `Secret/shop-env`.

    `outputs` are by URN.
    """

    def __init__(self) -> None:
        self._echo = _Echo()
        self._monitor = _Monitor(self._echo)

    def says(self, token: str, /, **outputs: Any) -> None:
        """What resources of a type have as outputs beside their inputs, or what a function answers.

        An output may be a function of the inputs.
        """
        self._echo.outputs[token] = self._echo.functions[token] = outputs

    @property
    def resources(self) -> dict[str, Registration]:
        return self._monitor.registrations

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        return self._monitor.outputs

    def run(self, program: Callable[[], object], *, first_preview: bool = False) -> None:
        """In a first preview no more is known of a resource than its inputs."""
        self._echo.is_first_preview = first_preview
        pulumi.runtime.set_mocks(self._echo, monitor=self._monitor, preview=first_preview)
        pulumi.runtime.test(lambda: program() and None)()  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True, scope="module")
def module_event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop of fixtures with the scope of a module, which outputs need."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture(autouse=True)
def event_loop(module_event_loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """The event loop of a test. `asyncio.run` in an earlier test leaves the thread without one."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
    asyncio.set_event_loop(module_event_loop)


@pytest.fixture
def engine() -> Engine:
    return Engine()


async def _plain(value: object) -> Any:
    if isinstance(value, pulumi.Output):
        return await _plain(await value.future())
    if isinstance(value, Mapping):
        return {key: await _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [await _plain(item) for item in value]
    return value


@pytest.fixture(scope="session")
def settled() -> Callable[[Callable[[], object]], Any]:
    """What a function makes, with every output in it replaced by its value."""

    def settle(make: Callable[[], object]) -> Any:
        async def run() -> Any:
            return await _plain(make())

        return asyncio.run(run())

    return settle

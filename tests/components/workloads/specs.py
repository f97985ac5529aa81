"""Hypothesis strategies for valid specs of every kind of workload."""

import string
from typing import Any, Literal

from anykube._workloads.api_access import ApiAccess, ApiRule, ClusterApiRule
from anykube._workloads.app import AppSpec
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.jobs.spec import CronJobSpec, FailureRule, JobSpec
from anykube._workloads.pods.external_secrets import CsiSecrets, ExternalSecret, RemoteKey
from anykube._workloads.pods.spec import Check, InitContainer, NamedContainer, Peer, Probe, Resources, Toleration
from anykube._workloads.pods.values import ExternalRef, FromConfig, FromField, FromResource, FromSecret
from anykube._workloads.pods.volumes import Mount, Volume
from anykube._workloads.rollout import Rollout
from anykube._workloads.routes.spec import CertManager, Route, RoutePath, Share, Tls
from anykube._workloads.scaling import Autoscaling, Disruption, Metric, MetricObject, Scaling, ScalingLimit
from anykube._workloads.service import ServicePort, ServiceSpec
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.spec import Health, Next, WebServiceSpec
from anykube._workloads.worker.spec import WorkerSpec
from hypothesis import strategies as st

_ALNUM = string.ascii_lowercase + string.digits


def text(alphabet: str, max_length: int, *, first: str = string.ascii_lowercase) -> st.SearchStrategy[str]:
    return st.builds(str.__add__, st.sampled_from(first), st.text(alphabet, max_size=max_length - 1))


labels = text(_ALNUM, 12)
apps = text(_ALNUM, 52)
images = st.builds("registry.example/{}:{}".format, labels, labels)
cpus = st.builds("{}{}".format, st.integers(1, 900), st.sampled_from(["m", ""]))
sizes = st.builds("{}{}".format, st.integers(6, 900), st.sampled_from(["Mi", "Gi", "M"])).filter(
    lambda size: size != "6M"
)
seconds = st.integers(10, 3600)
file_paths = st.lists(labels, min_size=2, max_size=3).map(lambda steps: "/" + "/".join(steps))
some_text = st.text(string.printable, max_size=9)
ports = st.integers(1, 65535)
routed_ports = st.booleans() | st.lists(ports, max_size=2)
protocols: st.SearchStrategy[Literal["TCP", "UDP", "SCTP"]] = st.sampled_from(("TCP", "UDP", "SCTP"))
peer_ports = ports | st.builds("{}/{}".format, ports, protocols)
variables = st.one_of(
    some_text,
    st.builds(FromSecret, from_secret=labels, key=labels),
    st.builds(FromConfig, from_config=labels, key=labels),
    st.builds(FromField, field=st.sampled_from(["metadata.name", "status.podIP", "spec.nodeName"])),
    st.builds(FromResource, resource=st.sampled_from(["limits.memory", "requests.cpu"])),
)
variable_names = st.text("".join(map(chr, range(32, 127))).replace("=", ""), min_size=1, max_size=8)
env = st.dictionaries(variable_names, variables, max_size=3)
resources = st.builds(
    Resources,
    cpu=cpus,
    memory=sizes,
    ephemeral_storage=st.none() | sizes,
    devices=st.sampled_from([{}, {"nvidia.com/gpu": 1}]),
    hugepages=st.sampled_from([{}, {"2Mi": "64Mi"}]),
)
volumes = st.one_of(
    st.builds(Volume, type=st.sampled_from(["empty", "memory"]), size=st.none() | sizes, read_only=st.booleans()),
    st.builds(Volume, type=st.just("claim"), size=sizes, access=st.just("ReadWriteMany")),
    st.builds(Volume, type=st.just("claim"), claim_name=labels),
)
livenesses = st.sampled_from([True, False, Probe(path="/live", port=9), Probe(command=("true",), timeout_seconds=7)])
times = {
    "startup_seconds": seconds,
    "timeout_seconds": st.none() | st.integers(1, 9),
    "period_seconds": st.none() | st.integers(9, 600),
    "failures": st.none() | st.integers(1, 9),
    "liveness": livenesses,
}
checks = st.one_of(
    st.builds(Check, path=st.none() | st.just("/well"), port=st.none() | ports, **times),
    st.builds(Check, path=st.just("/well"), scheme=st.just("HTTPS"), headers=st.just({"Host": "a.example"}), **times),
    st.builds(Check, grpc=st.just(True) | labels, **times),
)
commands = st.builds(Check, command=st.lists(labels, min_size=1, max_size=2), **times)
peers = st.one_of(
    labels,
    st.builds(Peer, app=labels, namespace=st.none() | labels, ports=st.lists(peer_ports, max_size=2)),
    st.builds(Peer, namespace=labels),
    st.builds(Peer, cidr=st.just("10.1.0.0/16")),
)
verbs = st.lists(st.sampled_from(["get", "list", "watch", "create"]), min_size=1, max_size=2, unique=True)
api_rules = st.builds(
    ApiRule, groups=st.sampled_from([("",), ("apps", "batch")]), resources=st.just(("pods",)), verbs=verbs
)
cluster_api_rules = st.one_of(
    st.builds(ClusterApiRule, resources=st.just(("nodes",)), names=st.lists(labels, max_size=1), verbs=verbs),
    st.builds(ClusterApiRule, urls=st.just(("/metrics",)), verbs=st.just(("get",))),
)
api_accesses = st.builds(
    ApiAccess, rules=st.lists(api_rules, max_size=2), cluster_rules=st.lists(cluster_api_rules, max_size=2)
)
tolerations = st.builds(
    Toleration, key=labels, value=st.none() | labels, effect=st.none() | st.sampled_from(["NoSchedule", "NoExecute"])
)
metrics = st.builds(
    lambda name, source, target: Metric(name=name, **source, **target),
    labels,
    st.sampled_from(
        [
            {},
            {"external": True, "labels": {"queue": "orders"}},
            {"object": MetricObject(api_version="networking.k8s.io/v1", kind="Ingress", name="web")},
        ]
    ),
    st.sampled_from([{"average": "100"}, {"average": "1500m"}]),
) | st.just(Metric(name="length", external=True, value="2000"))
limits = st.builds(ScalingLimit, pods=st.integers(1, 9), seconds=st.integers(1, 1800)) | st.builds(
    ScalingLimit, percent=st.integers(1, 200), seconds=st.integers(1, 1800)
)
scaling = st.builds(
    Scaling,
    stabilization_seconds=st.none() | st.integers(0, 3600),
    limits=st.lists(limits, max_size=2),
    select=st.sampled_from(["Max", "Min", "Disabled"]),
)
autoscaling = st.builds(
    lambda minimum, additional, **fields: Autoscaling(min=minimum, max=minimum + additional, **fields),
    st.integers(1, 9),
    st.integers(0, 9),
    cpu=st.none() | st.integers(1, 200),
    memory=st.none() | st.integers(1, 200),
    metrics=st.lists(metrics, max_size=2),
    scale_up=st.none() | scaling,
    scale_down=st.none() | scaling,
)
disruption = st.builds(
    Disruption, max_unavailable=st.integers(1, 99).flatmap(lambda n: st.sampled_from([str(n), f"{n}%"]))
)
rollouts = st.builds(
    Rollout,
    max_surge=st.integers(1, 99).flatmap(lambda n: st.sampled_from([str(n), f"{n}%"])),
    progress_deadline=seconds,
)
schedules = st.sampled_from(["15 3 * * *", "*/5 0-6,22 1 jan sun", "@daily", "@every 90m"])
time_zones = st.sampled_from(["Etc/UTC", "Europe/Berlin", "America/Port-au-Prince"])
spreads = st.sampled_from(["required", "preferred"])


@st.composite
def services(draw: st.DrawFn, main_port: int) -> ServiceSpec:
    kinds: tuple[Literal["ClusterIP", "NodePort", "LoadBalancer"], ...] = ("ClusterIP", "NodePort", "LoadBalancer")
    kind = draw(st.sampled_from(kinds))
    headless = kind == "ClusterIP" and draw(st.booleans())
    extra_fields: dict[str, Any] = {
        "publish_not_ready": draw(st.booleans()),
        "internal_traffic": draw(st.sampled_from([None, "Cluster", "Local"])),
        "prefer_same_zone": draw(st.booleans()),
    }
    additional = draw(st.lists(ports.filter(lambda port: port != main_port), max_size=2, unique=True))
    return ServiceSpec(
        type=kind,
        headless=headless,
        port=main_port,
        ports={
            f"port-{index}": ServicePort(
                port=port,
                target=draw(st.none() | st.just(main_port)) if not headless else None,
                protocol=draw(protocols),
                exposure=draw(st.sampled_from([None, "cluster", "members"])),
            )
            for index, port in enumerate(additional)
        },
        affinity_seconds=None if headless else draw(st.none() | st.integers(1, 86400)),
        exposure=draw(st.sampled_from(["internal", "public"])) if kind == "LoadBalancer" else "internal",
        source_ranges=("10.0.0.0/8",) if kind == "LoadBalancer" and draw(st.booleans()) else (),
        keep_client_address=kind != "ClusterIP" and draw(st.booleans()),
        **extra_fields,
    )


route_paths = st.builds(
    RoutePath,
    path=st.sampled_from(["/", "/a", "/a/b.c", "/~x"]),
    type=st.sampled_from(["Prefix", "Exact"]),
    app=st.none() | st.just("api"),
    port=st.none() | ports,
) | st.builds(
    RoutePath,
    split=st.lists(
        st.builds(Share, app=labels, weight=st.integers(1, 999), port=st.none() | ports),
        min_size=1,
        max_size=5,
        unique_by=lambda share: share.app,
    ).map(tuple),
)
certificate_sources = st.sampled_from(
    [
        None,
        Tls(issuer="cluster"),
        Tls(secret_name="bought"),
        Tls(cert_manager=CertManager(issuer="acme")),
        Tls(cert_manager=CertManager(issuer="own.acme", kind="Issuer")),
    ]
)
nexts = st.builds(
    Next,
    weight=st.integers(0, 100),
    image=st.none() | images,
    env=env,
    args=st.none() | st.lists(some_text, max_size=2),
    resources=st.none() | resources,
    replicas=st.none() | st.integers(0, 30),
)


@st.composite
def routes(draw: st.DrawFn) -> list[Route]:
    """Routes of different hosts with one certificate source, because an Ingress has one annotation for all hosts."""
    hosts = draw(st.lists(st.sampled_from(["shop.example.com", "*.example.com", "a.b", None]), max_size=3, unique=True))
    tls = draw(certificate_sources)
    redirect = draw(st.sampled_from([None, True, False]))
    return [
        Route(
            host=host,
            paths=tuple(draw(st.lists(route_paths, min_size=1, max_size=3))),
            tls=tls if host else None,
            redirect=redirect if host and tls else None,
        )
        for host in hosts
    ]


@st.composite
def pods(draw: st.DrawFn, *, claims: bool = True) -> dict[str, Any]:
    """The fields of all workloads with pods."""
    paths = iter(draw(st.lists(file_paths, min_size=8, max_size=8, unique=True)))
    app_volumes = {
        f"volume-{name}": volume.model_copy(update={"path": next(paths)})
        for name, volume in draw(st.dictionaries(labels, volumes, max_size=2)).items()
        if claims or volume.type != "claim"
    }
    container_names = draw(st.lists(labels, max_size=3, unique=True))
    mounts: dict[str, Any] = {
        name: draw(
            st.sampled_from(
                [
                    f"/shared/{name}",
                    Mount(path=f"/shared/{name}", read_only=True),
                    [Mount(path=f"/shared/{name}", sub_path="a/b.c"), Mount(path=f"/shared/{name}-2")],
                ]
            )
        )
        for name in app_volumes
        if draw(st.booleans())
    }

    def container(name: str) -> dict[str, Any]:
        port = draw(st.none() | ports)
        health = st.none() | (checks if port else commands)
        return {
            "name": f"beside-{name}",
            "image": draw(images),
            "env": draw(env),
            "mounts": mounts,
            "port": port,
            "health": draw(health),
            "files": {f"/files/{draw(st.sampled_from(['a..b', 'a/b', '.a', 'a b']))}": draw(some_text)},
            "run_as_user": draw(st.none() | st.integers(1, 99999)),
            "run_as_group": draw(st.none() | st.integers(0, 99999)),
        }

    init_containers: list[InitContainer] = []
    for name in container_names[:2]:
        fields, sidecar = container(name), draw(st.booleans())
        init_containers.append(InitContainer(**(fields if sidecar else {**fields, "health": None}), sidecar=sidecar))
    external = draw(
        st.dictionaries(labels, st.just({"password": RemoteKey(key="prod/db", property="password")}), max_size=1)
    )
    app_env: dict[str, Any] = dict(draw(env))
    for name in external:
        app_env["OUTSIDE"] = ExternalRef(external=f"store-{name}", key="password")
    csi = {
        f"vault-{name}": CsiSecrets(provider="aws", path=next(paths), parameters={"objects": "- objectName: x"})
        for name in draw(st.lists(labels, max_size=1))
    }
    return {
        "image": draw(images),
        "command": draw(st.lists(some_text, max_size=2)),
        "args": draw(st.lists(some_text, max_size=2)),
        "env": app_env,
        "resources": draw(resources),
        "files": {next(paths): draw(some_text) for _ in range(draw(st.integers(0, 2)))},
        "volumes": app_volumes,
        "init_containers": init_containers,
        "containers": [NamedContainer(**container(name)) for name in container_names[2:]],
        "external_secrets": {f"store-{name}": ExternalSecret(store=name, keys=keys) for name, keys in external.items()},
        "csi_secrets": csi,
        "pull_secrets": draw(st.lists(labels, max_size=1)),
        "run_as_user": draw(st.integers(1, 99999)),
        "run_as_group": draw(st.none() | st.integers(0, 99999)),
        "mounts": mounts,
        "working_dir": draw(st.none() | file_paths),
        "host_aliases": draw(st.sampled_from([{}, {"192.0.2.1": ["a.example"], "2001:db8::1": ["b", "c"]}])),
        "pod_labels": draw(st.dictionaries(labels, labels, max_size=1)),
        "pod_annotations": draw(st.dictionaries(labels, some_text, max_size=1)),
        "pool": draw(st.none() | st.just("gpu")),
        "node_selector": draw(st.dictionaries(labels, labels, max_size=1)),
        "tolerations": draw(st.lists(tolerations, max_size=2)),
        "stop_seconds": draw(st.integers(1, 7200)),
        "labels": draw(st.dictionaries(labels, labels, max_size=1)),
        "annotations": draw(st.dictionaries(labels, some_text, max_size=1)),
        "api_access": draw(st.none() | api_accesses),
        "talks_to": draw(st.none() | st.lists(peers, max_size=3)),
        "called_by": draw(st.lists(peers, max_size=2)),
    }


@st.composite
def _scaled(draw: st.DrawFn) -> dict[str, Any]:
    count = st.integers(0, 30).map(lambda n: {"replicas": n})
    replicas = draw(count | autoscaling.map(lambda spec: {"autoscaling": spec}))
    return {**replicas, "disruption": draw(disruption), "spread": draw(spreads)}


@st.composite
def job_limits(draw: st.DrawFn) -> dict[str, Any]:
    """The fields that jobs and cron jobs share."""
    completions, codes = draw(st.integers(1, 9)), st.lists(st.integers(1, 255), min_size=1, max_size=3, unique=True)
    indexed, per_index = draw(st.sampled_from([(False, False), (True, False), (True, True)]))
    actions = ["FailJob", "Ignore", "Count", *(["FailIndex"] if per_index else [])]
    requirements: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.builds(dict, exit_codes=codes),
        st.builds(dict, except_exit_codes=codes),
        st.just({"condition": "DisruptionTarget"}),
    )
    rules = st.builds(
        lambda fields, action: FailureRule(action=action, **fields), requirements, st.sampled_from(actions)
    )
    per_index_fields = {
        "retries_per_index": draw(st.integers(0, 9)),
        "max_failed_indexes": draw(st.none() | st.integers(0, completions)),
    }
    return {
        "deadline": draw(seconds),
        "parallelism": draw(st.integers(1, 3)),
        "completions": completions,
        "indexed": indexed,
        **(per_index_fields if per_index else {"retries": draw(st.integers(0, 9))}),
        "on_failure": draw(st.lists(rules, max_size=3)),
        "ttl_seconds": draw(st.none() | st.integers(0, 10**6)),
    }


@st.composite
def specs(draw: st.DrawFn, kind: type[AppSpec]) -> AppSpec:
    """A valid spec of this kind."""
    main_port = draw(ports)
    if kind is ExternalServiceSpec:
        addresses = draw(st.lists(st.ip_addresses(network="10.0.0.0/8").map(str), max_size=3, unique=True))
        if addresses:
            return ExternalServiceSpec(addresses=tuple(addresses), port=main_port, target=draw(st.none() | ports))
        return ExternalServiceSpec(
            host=draw(labels) + ".example.com", cidrs=draw(st.sampled_from([(), ("10.0.0.0/16",)]))
        )
    # Claims with ReadWriteMany are valid here: the API does not check whether the storage supports it.
    fields = draw(pods())
    if kind is WebServiceSpec:
        health = Health(path=draw(st.none() | st.just("/well")))
        web: dict[str, Any] = {"port": main_port, "health": health, "service": draw(services(main_port))}
        web |= {"routes": draw(routes()), "via": draw(st.sampled_from([None, "ingress", "gateway"]))}
        web |= {"next": draw(st.none() | nexts), "routed": draw(routed_ports)}
        return WebServiceSpec(**fields, **draw(_scaled()), **web, rollout=draw(rollouts))
    if kind is WorkerSpec:
        return WorkerSpec(**fields, **draw(_scaled()), health=draw(st.none() | commands), rollout=draw(rollouts))
    if kind is StatefulServiceSpec:
        stateful: dict[str, Any] = {"port": main_port, "health": draw(checks), "service": draw(services(main_port))}
        stateful |= {"protocol": draw(protocols), "routes": draw(routes()), "routed": draw(routed_ports)}
        stateful |= {"via": draw(st.sampled_from([None, "ingress", "gateway"]))}
        stateful |= {"ordered": draw(st.booleans()), "min_ready_seconds": draw(st.integers(0, 9))}
        return StatefulServiceSpec(
            **fields, **draw(_scaled()), **stateful, claims=draw(st.sampled_from(["keep", "delete"]))
        )
    if kind is DaemonServiceSpec:
        daemon: dict[str, Any] = {
            "port": draw(st.none() | st.just(main_port)),
            "protocol": draw(protocols),
            "service": draw(services(main_port)),
            "all_nodes": draw(st.booleans()),
        }
        return DaemonServiceSpec(**fields, **daemon)
    limits = draw(job_limits())
    if kind is JobSpec:
        return JobSpec(**fields, **limits, rerun=draw(labels))
    kept = st.integers(0, 9)
    return CronJobSpec(
        **fields,
        **limits,
        schedule=draw(schedules),
        time_zone=draw(time_zones),
        keep_succeeded=draw(kept),
        keep_failed=draw(kept),
    )

"""Hypothesis strategies for manifests that the API server accepts, with many optional fields."""

import string
from typing import Any

from hypothesis import strategies as st

Manifest = dict[str, Any]

_ALNUM = string.ascii_lowercase + string.digits
names = st.builds(str.__add__, st.sampled_from(string.ascii_lowercase), st.text(_ALNUM, max_size=9))
_texts = st.text(string.ascii_letters + string.digits + " .:/=-_#'\"\\n{}", max_size=12)
_ports = st.integers(1, 65535)
_images = st.builds("registry.example/{}:{}".format, names, st.integers(1, 99))
_labels = st.dictionaries(st.sampled_from(["team", "tier", "example.com/owner"]), names, max_size=2)
_annotations = st.dictionaries(st.sampled_from(["prometheus.io/scrape", "example.com/note"]), _texts, max_size=2)
_percentages = st.integers(1, 100).map("{}%".format) | st.integers(1, 20)


def options(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Manifest]:
    """A mapping with any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


_security = options(
    allowPrivilegeEscalation=st.just(False),
    readOnlyRootFilesystem=st.booleans(),
    runAsNonRoot=st.booleans(),
    runAsUser=st.integers(0, 70000),
    runAsGroup=st.integers(0, 70000),
    capabilities=st.sampled_from([{"drop": ["ALL"]}, {"add": ["NET_BIND_SERVICE"]}, {"add": ["SYS_TIME"]}]),
    seccompProfile=st.sampled_from([{"type": "RuntimeDefault"}, {"type": "Unconfined"}]),
)
_pod_security = options(
    runAsNonRoot=st.booleans(),
    runAsUser=st.integers(0, 70000),
    runAsGroup=st.integers(0, 70000),
    fsGroup=st.integers(0, 70000),
    fsGroupChangePolicy=st.sampled_from(["Always", "OnRootMismatch"]),
    supplementalGroups=st.lists(st.integers(1, 999), max_size=2),
    seccompProfile=st.just({"type": "RuntimeDefault"}),
    sysctls=st.just([{"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}]),
)
_field_paths = st.sampled_from(
    ["metadata.name", "metadata.uid", "status.podIP", "status.podIPs", "metadata.labels['a']"]
)


def _variable(name: str) -> st.SearchStrategy[Manifest]:
    sources = st.one_of(
        st.builds(lambda path: {"fieldRef": {"fieldPath": path}}, _field_paths),
        st.builds(lambda key: {"configMapKeyRef": {"name": "config", "key": key}}, st.sampled_from(["a.conf", "b"])),
        st.builds(lambda key: {"secretKeyRef": {"name": "login", "key": key}}, st.sampled_from(["password", "user"])),
        st.builds(lambda key: {"secretKeyRef": {"name": "elsewhere", "key": key, "optional": True}}, names),
        st.builds(lambda key: {"configMapKeyRef": {"name": "elsewhere", "key": key}}, names),
        st.just({"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}),
        st.just({"resourceFieldRef": {"resource": "requests.cpu"}}),
    )
    return st.builds(lambda text: {"name": name, "value": text}, _texts) | st.builds(
        lambda source: {"name": name, "valueFrom": source}, sources
    )


_variable_names = st.sampled_from(["A", "LOG_LEVEL", "DB_PASSWORD", "with.dots", "with-dash", "API_TOKEN"])


@st.composite
def _env(draw: st.DrawFn) -> list[Manifest]:
    return [draw(_variable(name)) for name in draw(st.lists(_variable_names, max_size=3, unique=True))]


_env_from = st.lists(
    st.sampled_from(
        [
            {"configMapRef": {"name": "config"}, "prefix": "C_"},
            {"secretRef": {"name": "login"}},
            {"secretRef": {"name": "elsewhere", "optional": True}},
        ]
    ),
    max_size=2,
)


@st.composite
def _resources(draw: st.DrawFn) -> Manifest:
    """Requests are not above limits."""
    result: Manifest = {}
    for resource, unit in (("cpu", "m"), ("memory", "Mi"), ("ephemeral-storage", "Mi")):
        low, high = sorted(draw(st.tuples(st.integers(8, 900), st.integers(8, 900))))
        if draw(st.booleans()):
            result.setdefault("requests", {})[resource] = f"{low}{unit}"
        if draw(st.booleans()):
            result.setdefault("limits", {})[resource] = f"{high}{unit}"
    return result


def _probe(*, ready: bool) -> st.SearchStrategy[Manifest]:
    actions = st.one_of(
        st.builds(lambda command: {"exec": {"command": command}}, st.lists(names, min_size=1, max_size=3)),
        st.builds(lambda port: {"tcpSocket": {"port": port}}, _ports | st.just("web")),
        st.builds(lambda port: {"grpc": {"port": port}}, _ports),
        st.just({"grpc": {"port": 9000, "service": "orders"}}),
        st.builds(
            lambda path, port, more: {"httpGet": {"path": path, "port": port, **more}},
            st.sampled_from(["/", "/healthz", "/a/b?c=d"]),
            _ports | st.just("web"),
            options(
                scheme=st.sampled_from(["HTTP", "HTTPS"]),
                httpHeaders=st.just([{"name": "X-Probe", "value": "1"}]),
                host=st.just("localhost"),
            ),
        ),
    )
    times = options(
        initialDelaySeconds=st.integers(0, 90),
        periodSeconds=st.integers(1, 60),
        timeoutSeconds=st.integers(1, 20),
        failureThreshold=st.integers(1, 40),
        **({"successThreshold": st.integers(1, 3)} if ready else {"terminationGracePeriodSeconds": st.integers(1, 60)}),
    )
    return st.builds(lambda action, more: {**action, **more}, actions, times)


_VOLUMES: dict[str, st.SearchStrategy[Manifest]] = {
    "scratch": options(medium=st.just("Memory"), sizeLimit=st.just("64Mi")).map(lambda more: {"emptyDir": more}),
    "tmp": st.just({"emptyDir": {}}),
    "files": st.just({"emptyDir": {}}),
    "config": st.sampled_from(
        [
            {"configMap": {"name": "config"}},
            {"configMap": {"name": "config", "items": [{"key": "b", "path": "sub/b.txt"}], "defaultMode": 256}},
        ]
    ),
    "login": st.just({"secret": {"secretName": "login"}}),
    "both": st.just(
        {
            "projected": {
                "sources": [
                    {"configMap": {"name": "config"}},
                    {"secret": {"name": "login", "items": [{"key": "user", "path": "user"}]}},
                ]
            }
        }
    ),
    "token": st.just(
        {"projected": {"sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}}]}}
    ),
    "claim": st.sampled_from([{"persistentVolumeClaim": {"claimName": name}} for name in ("data", "elsewhere")]),
    "host": st.just({"hostPath": {"path": "/var/log", "type": "Directory"}}),
    "info": st.just({"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}),
    "foreign": st.just({"configMap": {"name": "elsewhere", "optional": True}}),
    "nfs": st.just({"nfs": {"server": "nfs.example.com", "path": "/share"}}),
}


@st.composite
def _mounts(draw: st.DrawFn, volumes: list[str]) -> list[Manifest]:
    mounts = []
    for index, name in enumerate(draw(st.lists(st.sampled_from(volumes), max_size=4))):
        path = "/tmp" if name == "tmp" and index == 0 else f"/mnt/{index}-{name}"
        more = draw(options(readOnly=st.booleans(), subPath=st.sampled_from(["b", "a.conf", "dir"])))
        mounts.append({"name": name, "mountPath": path, **more})
    return mounts


@st.composite
def _container(draw: st.DrawFn, name: str, volumes: list[str], *, init: bool = False) -> Manifest:
    more = draw(
        options(
            command=st.lists(_texts, min_size=1, max_size=3),
            args=st.lists(_texts, max_size=3),
            workingDir=st.just("/srv"),
            env=_env(),
            envFrom=_env_from,
            resources=_resources(),
            securityContext=_security,
            imagePullPolicy=st.sampled_from(["Always", "IfNotPresent", "Never"]),
            terminationMessagePath=st.sampled_from(["/dev/termination-log", "/dev/other"]),
            terminationMessagePolicy=st.sampled_from(["File", "FallbackToLogsOnError"]),
            stdin=st.booleans(),
            tty=st.booleans(),
            **(
                {}
                if init
                else {
                    "readinessProbe": _probe(ready=True),
                    "livenessProbe": _probe(ready=False),
                    "startupProbe": _probe(ready=False),
                    "lifecycle": st.just({"preStop": {"exec": {"command": ["sleep", "3"]}}}),
                }
            ),
        )
    )
    container = {"name": name, "image": draw(_images), **more}
    if mounts := draw(_mounts(volumes)) if volumes else []:
        container["volumeMounts"] = mounts
    return container


def _has_port_name(container: Manifest) -> bool:
    probes = [container.get(name, {}) for name in ("readinessProbe", "livenessProbe", "startupProbe")]
    return any(probe.get(action, {}).get("port") == "web" for probe in probes for action in ("httpGet", "tcpSocket"))


_node_affinity = {
    "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [
            {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}
        ]
    }
}


@st.composite
def _pod(draw: st.DrawFn, *, restart: st.SearchStrategy[str] | None = None) -> Manifest:
    volumes = draw(st.lists(st.sampled_from(list(_VOLUMES)), max_size=4, unique=True))
    main = draw(_container("main", volumes))
    ports = draw(st.lists(_ports, max_size=3, unique=True))
    if ports or _has_port_name(main):
        ports = ports or [8080]
        main["ports"] = [{"containerPort": ports[0], "name": "web"}]
        main["ports"] += [
            {
                "containerPort": port,
                **draw(options(protocol=st.sampled_from(["TCP", "UDP"]), name=st.just(f"p-{port}"))),
            }
            for port in ports[1:]
        ]
    spec: Manifest = {"containers": [main]}
    if draw(st.booleans()):
        spec["containers"].append(draw(_container("beside", volumes, init=True)))
    if draw(st.booleans()):
        sidecar = draw(options(restartPolicy=st.just("Always")))
        spec["initContainers"] = [{**draw(_container("first", volumes, init=True)), **sidecar}]
    if volumes:
        spec["volumes"] = [{"name": name, **draw(_VOLUMES[name])} for name in volumes]
    if restart is not None:
        spec["restartPolicy"] = draw(restart)
    more = options(
        serviceAccountName=st.sampled_from(["runner", "default"]),
        automountServiceAccountToken=st.booleans(),
        enableServiceLinks=st.booleans(),
        terminationGracePeriodSeconds=st.integers(0, 9000),
        nodeSelector=st.just({"kubernetes.io/arch": "amd64"}),
        tolerations=st.lists(
            st.sampled_from(
                [
                    {"operator": "Exists"},
                    {"key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"},
                    {"key": "gpu", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60},
                ]
            ),
            max_size=2,
            unique_by=str,
        ),
        affinity=st.just({"nodeAffinity": _node_affinity}),
        topologySpreadConstraints=st.just(
            [
                {
                    "maxSkew": 2,
                    "topologyKey": "kubernetes.io/hostname",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": {"matchLabels": {"app": "x"}},
                }
            ]
        ),
        imagePullSecrets=st.just([{"name": "registry"}]),
        hostAliases=st.just([{"ip": "192.0.2.1", "hostnames": ["a.example.com"]}]),
        hostNetwork=st.just(False),
        shareProcessNamespace=st.booleans(),
        dnsPolicy=st.sampled_from(["ClusterFirst", "Default"]),
        dnsConfig=st.just({"options": [{"name": "ndots", "value": "2"}]}),
        schedulerName=st.sampled_from(["default-scheduler", "mine"]),
        hostname=names,
        securityContext=_pod_security,
        priorityClassName=st.just("system-cluster-critical"),
    )
    return {**draw(more), **spec}


def _template(app: str, pod: Manifest, labels: Manifest, annotations: Manifest) -> Manifest:
    metadata: Manifest = {"labels": {**labels, "app": app}}
    return {"metadata": {**metadata, **({"annotations": annotations} if annotations else {})}, "spec": pod}


def _object(api: str, kind: str, name: str, spec: Manifest, **metadata: Any) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


@st.composite
def _workload(draw: st.DrawFn, kind: str, app: str) -> Manifest:
    is_job = kind in ("Job", "CronJob")
    pod = draw(_pod(restart=st.sampled_from(["Never", "OnFailure"]) if is_job else None))
    if is_job:
        for container in pod["containers"]:
            for field in ("readinessProbe", "livenessProbe", "startupProbe", "lifecycle"):
                container.pop(field, None)
    template = _template(app, pod, draw(_labels), draw(_annotations))
    selector = {"selector": {"matchLabels": {"app": app}}}
    labels = draw(_labels)
    metadata = {"labels": labels} if labels else {}
    if kind == "Deployment":
        spec = draw(
            options(
                replicas=st.integers(0, 20),
                minReadySeconds=st.integers(0, 30),
                revisionHistoryLimit=st.integers(0, 12),
                progressDeadlineSeconds=st.integers(100, 4000),
                paused=st.booleans(),
                strategy=st.one_of(
                    st.just({"type": "Recreate"}),
                    st.builds(
                        lambda limits: {"type": "RollingUpdate", "rollingUpdate": limits},
                        options(maxSurge=_percentages, maxUnavailable=_percentages),
                    ),
                ),
            )
        )
        return _object("apps/v1", kind, app, {**spec, **selector, "template": template}, **metadata)
    if kind == "StatefulSet":
        spec = draw(
            options(
                replicas=st.integers(0, 9),
                podManagementPolicy=st.sampled_from(["OrderedReady", "Parallel"]),
                minReadySeconds=st.integers(0, 30),
                revisionHistoryLimit=st.integers(0, 12),
                updateStrategy=st.sampled_from(
                    [{"type": "OnDelete"}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}]
                ),
                persistentVolumeClaimRetentionPolicy=st.just({"whenDeleted": "Delete", "whenScaled": "Retain"}),
                ordinals=st.just({"start": 1}),
                volumeClaimTemplates=st.builds(
                    lambda more, size: [
                        {
                            "metadata": {"name": "store"},
                            "spec": {
                                "accessModes": ["ReadWriteOnce"],
                                "resources": {"requests": {"storage": f"{size}Gi"}},
                                **more,
                            },
                        }
                    ],
                    options(storageClassName=names, volumeMode=st.just("Filesystem")),
                    st.integers(1, 50),
                ),
            )
        )
        if "volumeClaimTemplates" in spec:
            pod["containers"][0].setdefault("volumeMounts", []).append({"name": "store", "mountPath": "/store"})
        return _object("apps/v1", kind, app, {**spec, "serviceName": f"{app}-pods", **selector, "template": template})
    if kind == "DaemonSet":
        spec = draw(
            options(
                minReadySeconds=st.integers(0, 30),
                revisionHistoryLimit=st.integers(0, 12),
                updateStrategy=st.one_of(
                    st.just({"type": "OnDelete"}),
                    st.builds(
                        lambda limit: {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": limit}},
                        _percentages,
                    ),
                ),
            )
        )
        return _object("apps/v1", kind, app, {**spec, **selector, "template": template}, **metadata)
    job = draw(
        options(
            activeDeadlineSeconds=st.integers(1, 90000),
            backoffLimit=st.integers(0, 200),
            parallelism=st.integers(0, 5),
            completions=st.integers(1, 5),
            ttlSecondsAfterFinished=st.integers(0, 900),
            suspend=st.booleans(),
            podReplacementPolicy=st.just("TerminatingOrFailed"),
        )
    )
    job["template"] = template
    if kind == "Job":
        return _object("batch/v1", kind, app, job, **metadata)
    cron = draw(
        options(
            timeZone=st.sampled_from(["Europe/Berlin", "Etc/UTC"]),
            concurrencyPolicy=st.sampled_from(["Allow", "Forbid", "Replace"]),
            startingDeadlineSeconds=st.integers(10, 90000),
            successfulJobsHistoryLimit=st.integers(0, 9),
            failedJobsHistoryLimit=st.integers(0, 9),
            suspend=st.booleans(),
        )
    )
    schedule = draw(st.sampled_from(["*/5 * * * *", "@daily", "0 3 * * 1-5"]))
    return _object("batch/v1", kind, app, {**cron, "schedule": schedule, "jobTemplate": {"spec": job}}, **metadata)


@st.composite
def _service(draw: st.DrawFn, name: str, app: str, pod: Manifest) -> Manifest:
    kind = draw(st.sampled_from(["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"]))
    numbers = draw(st.lists(_ports, min_size=1, max_size=3, unique=True))
    targets: list[Any] = [port.get("name", port["containerPort"]) for port in pod["containers"][0].get("ports", [])]
    ports = []
    for index, number in enumerate(numbers):
        more = draw(
            options(
                targetPort=st.sampled_from([*targets, 8080]),
                protocol=st.sampled_from(["TCP", "TCP", "UDP"]),
                appProtocol=st.just("kubernetes.io/h2c"),
            )
        )
        ports.append({"port": number, "name": f"port-{index}", **more})
    fields = {
        "sessionAffinity": st.sampled_from(["None", "ClientIP"]),
        "publishNotReadyAddresses": st.booleans(),
        "ipFamilyPolicy": st.just("SingleStack"),
        "internalTrafficPolicy": st.sampled_from(["Cluster", "Local"]),
    }
    if kind == "ClusterIP":
        fields["clusterIP"] = st.just("None")
    else:
        fields["externalTrafficPolicy"] = st.sampled_from(["Cluster", "Local"])
    if kind == "LoadBalancer":
        fields["loadBalancerSourceRanges"] = st.just(["203.0.113.0/24"])
        fields["allocateLoadBalancerNodePorts"] = st.booleans()
    spec = {"type": kind, "selector": {"app": app}, "ports": ports, **draw(options(**fields))}
    annotations = draw(_annotations)
    return _object("v1", "Service", name, spec, **({"annotations": annotations} if annotations else {}))


@st.composite
def _ingress(draw: st.DrawFn, app: str, service: Manifest) -> Manifest:
    ports = service["spec"]["ports"]
    backend = st.sampled_from([{"number": ports[0]["port"]}, {"name": ports[-1]["name"]}]).map(
        lambda port: {"service": {"name": service["metadata"]["name"], "port": port}}
    )
    hosts = draw(
        st.lists(st.sampled_from(["a.example.com", "*.example.com", None]), min_size=1, max_size=2, unique=True)
    )
    rules = [
        {
            **({"host": host} if host else {}),
            "http": {
                "paths": [
                    {
                        "path": path,
                        "pathType": draw(st.sampled_from(["Prefix", "Exact", "ImplementationSpecific"])),
                        "backend": draw(backend),
                    }
                    for path in draw(
                        st.lists(st.sampled_from(["/", "/api", "/a/b"]), min_size=1, max_size=2, unique=True)
                    )
                ]
            },
        }
        for host in hosts
    ]
    secret = options(secretName=st.just("bought"))
    named = [host for host in hosts if host]
    more = options(
        ingressClassName=st.just("nginx"),
        **({"tls": st.builds(lambda entry: [{"hosts": named, **entry}], secret)} if named else {}),
    )
    annotations = draw(
        options(
            **{
                "nginx.ingress.kubernetes.io/rewrite-target": st.just("/"),
                "cert-manager.io/cluster-issuer": st.just("acme"),
            }
        )
    )
    metadata = {"annotations": annotations} if annotations else {}
    return _object("networking.k8s.io/v1", "Ingress", app, {"rules": rules, **draw(more)}, **metadata)


KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


@st.composite
def manifests(draw: st.DrawFn, kind: str) -> list[Manifest]:
    """A workload of a kind, and perhaps the objects around it."""
    app = draw(names)
    workload = draw(_workload(kind, app))
    objects = [workload]
    pod = workload["spec"]["jobTemplate"]["spec"]["template"] if kind == "CronJob" else workload["spec"]["template"]
    if kind not in ("Job", "CronJob") and draw(st.booleans()):
        name = (
            f"{app}-pods"
            if kind == "StatefulSet" and draw(st.booleans())
            else draw(st.sampled_from([app, f"{app}-svc"]))
        )
        service = draw(_service(name, app, pod["spec"]))
        objects.append(service)
        if draw(st.booleans()):
            objects.append(draw(_ingress(app, service)))
    if kind in ("Deployment", "StatefulSet") and draw(st.booleans()):
        target = {"apiVersion": "apps/v1", "kind": kind, "name": app}
        percent = draw(st.integers(1, 100))
        metric = {
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}},
        }
        spec = {"scaleTargetRef": target, "maxReplicas": draw(st.integers(5, 9)), "metrics": [metric]}
        spec |= draw(
            options(minReplicas=st.integers(1, 4), behavior=st.just({"scaleDown": {"stabilizationWindowSeconds": 60}}))
        )
        objects.append(_object("autoscaling/v2", "HorizontalPodAutoscaler", app, spec))
    if kind in ("Deployment", "StatefulSet") and draw(st.booleans()):
        limit: Manifest = draw(st.sampled_from([{"minAvailable": 1}, {"maxUnavailable": 1}, {"maxUnavailable": "30%"}]))
        spec = {"selector": {"matchLabels": {"app": app}}, **dict(limit)}
        objects.append(_object("policy/v1", "PodDisruptionBudget", app, spec))
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "config"},
        "data": {"a.conf": "x: 1\ny: 2\n", "b": draw(_texts)},
    }
    login = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "login"},
        "stringData": {"password": "s3cr3t-value", "user": "s3cr3t-user"},
    }
    claim = _object(
        "v1",
        "PersistentVolumeClaim",
        "data",
        {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "3Gi"}}},
    )
    return [*objects, config, login, claim, *draw(_access(app))]


@st.composite
def _access(draw: st.DrawFn, app: str) -> list[Manifest]:
    """A service account with permissions, and a policy for the pods' network."""
    account: Manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "runner"}}
    account |= draw(options(automountServiceAccountToken=st.booleans()))
    role: Manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": app},
        "rules": [
            {
                "apiGroups": [draw(st.sampled_from(["", "apps"]))],
                "resources": draw(st.sampled_from([["pods"], ["deployments", "deployments/scale"]])),
                "verbs": draw(st.sampled_from([["get", "list", "watch"], ["create"], ["*"]])),
                **draw(options(resourceNames=st.just(["leader"]))),
            }
        ],
    }
    binding: Manifest = {
        "apiVersion": role["apiVersion"],
        "kind": "RoleBinding",
        "metadata": role["metadata"],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": app},
        "subjects": [{"kind": "ServiceAccount", "name": "runner", "namespace": "default"}],
    }
    peer = draw(st.sampled_from([{"podSelector": {}}, {"ipBlock": {"cidr": "203.0.113.0/24"}}]))
    policy = _object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        app,
        {
            "podSelector": {"matchLabels": {"app": app}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [peer], "ports": [{"port": draw(_ports), "protocol": "TCP"}]}],
        },
    )
    groups = [[account], [account, role, binding], [policy], []]
    return draw(st.sampled_from(groups))

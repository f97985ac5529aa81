"""Cases of settings whose policies admitted less, or more, than the settings mean."""

from pathlib import Path

import pytest
from anykube.settings.problems import SettingsError

from tests.network.evaluator import End, Host, Pod
from tests.network.rendering import render

CASES = Path(__file__).parents[1] / "cases"
INTERNET = Host("203.0.113.9")
ELSEWHERE = Pod("elsewhere", {"app.kubernetes.io/name": "x"})


def case(name: str) -> str:
    return (CASES / f"{name}.yaml").read_text()


def apps(text: str) -> str:
    return f"cluster: {{stack: local}}\nnamespace: shop\napps:\n{text}"


def test_case_10_external_app_needs_address_ranges(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        render(tmp_path, case("10-talks-to-external"))
    assert "apps.api.talks_to[0]: the app db is external" in str(error.value)
    assert "`cidrs: [10.0.0.0/16]`" in str(error.value)


def test_case_10_external_app_with_address_ranges(tmp_path: Path) -> None:
    text = case("10-talks-to-external").replace("db.example.com}", "db.example.com, cidrs: [10.9.0.0/16]}")
    stack = render(tmp_path, text.replace("[db]", "[{app: db, ports: [5432]}]"))
    api = stack.pods["api"]
    assert stack.network.admits(api, Host("10.9.1.1"), 5432)
    assert not stack.network.admits(api, Host("10.9.1.1"), 22)
    assert not stack.network.admits(api, Host("10.8.1.1"), 5432)


def test_case_10_external_app_with_addresses(tmp_path: Path) -> None:
    """The addresses are the ranges, and the port is the host's: policies apply to the translated connection."""
    text = case("10-talks-to-external").replace(
        "host: db.example.com", "addresses: [10.9.0.5, 10.9.0.6], port: 5432, target: 15432"
    )
    for peer in ("db", "{app: db}", "{app: db, ports: [5432]}", "{app: db, ports: [15432]}"):
        stack = render(tmp_path, text.replace("[db]", f"[{peer}]"))
        api = stack.pods["api"]
        assert all(stack.network.admits(api, Host(address), 15432) for address in ("10.9.0.5", "10.9.0.6"))
        assert not stack.network.admits(api, Host("10.9.0.5"), 5432)
        assert not stack.network.admits(api, Host("10.9.0.7"), 15432)


def test_case_10_external_app_in_the_cluster(tmp_path: Path) -> None:
    text = case("10-talks-to-external").replace("db.example.com", "db.data.svc.cluster.local")
    with pytest.raises(SettingsError, match=r"Name their namespace instead: `\{namespace: data\}`"):
        render(tmp_path, text)


def test_members_of_a_stateful_app_find_each_other(tmp_path: Path) -> None:
    stack = render(tmp_path, apps("  db: {kind: stateful, image: 'a:1', port: 5432, replicas: 3, talks_to: []}\n"))
    db = stack.pods["db"]
    assert all(stack.network.admits(db, db, port) for port in (5432, 8008))


def test_pods_without_tcp_ports_have_no_probe_of_a_port(tmp_path: Path) -> None:
    text = apps("  syslog: {kind: daemon, image: 'a:1', port: 514, protocol: UDP}\n")
    stack = render(tmp_path, text)
    [container] = stack.manifests["syslog"]["daemon-set"]["spec"]["template"]["spec"]["containers"]
    assert not [key for key in container if key.endswith("Probe")]


def test_case_11_mapping_opens_both_ends(tmp_path: Path) -> None:
    stack = render(tmp_path, case("11-talks-to-mapping-one-sided"))
    api, db = stack.pods["api"], stack.pods["db"]
    assert stack.network.admits(api, db, 5432)
    assert not stack.network.admits(api, db, 22)
    assert not stack.network.admits(ELSEWHERE, db, 5432)


def test_case_11_mapping_follows_renames(tmp_path: Path) -> None:
    text = case("11-talks-to-mapping-one-sided").replace("kind: stateful,", "kind: stateful, renamed_from: [base],")
    stack = render(tmp_path, text)
    assert stack.network.admits(stack.pods["api"], stack.pods["base"], 5432)


def test_case_11_mapping_names_an_app_that_exists(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"apps.api.talks_to\[0\].app: there is no app dbb .* add its namespace"):
        render(tmp_path, case("11-talks-to-mapping-one-sided").replace("app: db,", "app: dbb,"))
    text = case("11-talks-to-mapping-one-sided").replace("app: db,", "app: dbb, namespace: shop,")
    assert render(tmp_path, text)


MEMBERS = {"epmd: {port: 4369": "epmd: {exposure: members, port: 4369"}
MEMBERS |= {"cluster-rpc: {port: 25672": "cluster-rpc: {exposure: members, port: 25672"}


@pytest.mark.parametrize("talks_to", ["", "talks_to: [], "])
def test_case_13_members_only_ports(tmp_path: Path, talks_to: str) -> None:
    text = case("13-balancer-exposes-cluster-ports").replace(
        "kind: stateful\n", f"kind: stateful\n    {talks_to[:-2]}\n"
    )
    for old, new in MEMBERS.items():
        text = text.replace(old, new)
    stack = render(tmp_path, text)
    parts, pod = stack.manifests["rabbitmq"], stack.pods["rabbitmq"]
    assert [port["name"] for port in parts["service"]["spec"]["ports"]] == ["amqp", "management"]
    assert [port["port"] for port in parts["headless"]["spec"]["ports"]] == [5672, 15672, 4369, 25672]
    for port in (5672, 15672):
        assert stack.network.admits(INTERNET, pod, port)
    for port in (4369, 25672):
        assert stack.network.admits(pod, pod, port)
        assert not stack.network.admits(INTERNET, pod, port)
        assert not stack.network.admits(ELSEWHERE, pod, port)


def test_cluster_port_beside_a_load_balancer(tmp_path: Path) -> None:
    """A second Service for clients in the cluster alone: the headless one."""
    text = apps(
        "  broker: {kind: stateful, image: 'a:1', port: 9094, talks_to: [], called_by: [api],"
        " service: {type: LoadBalancer, ports: {internal: {port: 9092, exposure: cluster},"
        " controller: {port: 9093, exposure: members}}}}\n"
        "  api: {image: 'b:1', talks_to: []}\n"
    )
    stack = render(tmp_path, text)
    broker, api = stack.pods["broker"], stack.pods["api"]
    ends: dict[str, End] = {"internet": INTERNET, "api": api, "broker": broker, "elsewhere": ELSEWHERE}
    admitted = {
        (source, port)
        for source, end in ends.items()
        for port in (9092, 9093, 9094)
        if stack.network.admits(end, broker, port)
    }
    members = {("broker", port) for port in (9092, 9093, 9094)}
    assert admitted - members == {("api", 9092), ("api", 9094), ("internet", 9094), ("elsewhere", 9094)}
    assert members <= admitted


def test_members_of_a_web_service_find_each_other(tmp_path: Path) -> None:
    text = apps(
        "  sso: {image: 'a:1', talks_to: [], routes: [{host: a.example}], next: {weight: 0, image: 'a:2'},"
        " service: {ports: {jgroups: {port: 7800, exposure: members}}}}\n"
    )
    stack = render(tmp_path, text)
    sso, following = stack.pods["sso"], stack.pods["sso-next"]
    assert stack.manifests["sso"]["headless"]["metadata"]["name"] == "sso-headless"
    assert [port["name"] for port in stack.manifests["sso"]["service"]["spec"]["ports"]] == ["http"]
    assert all(stack.network.admits(a, b, 7800) for a in (sso, following) for b in (sso, following))
    assert stack.network.admits(INTERNET, following, 8080)
    assert not stack.network.admits(INTERNET, sso, 7800)


def test_route_to_another_port(tmp_path: Path) -> None:
    """Both ports of podinfo are reached from outside, also by the route of another app."""
    text = apps(
        "  podinfo: {image: 'a:1', port: 9898, service: {ports: {grpc: {port: 9999}, metrics: {port: 9797}}},"
        " routes: [{host: a.example}, {host: b.example, paths: [{path: /, port: 9999}]}]}\n"
        "  api: {image: 'a:1', service: {ports: {admin: {port: 8443, target: 9443}}}}\n"
        "  edge: {image: 'a:1', routes: [{paths: [{path: /, app: api, port: 8443}]}]}\n"
    )
    stack = render(tmp_path, text)
    reached = {
        (name, port)
        for name, pod in stack.pods.items()
        for port in (9898, 9999, 9797, 8080, 9443)
        if stack.network.admits(INTERNET, pod, port)
    }
    assert reached == {("podinfo", 9898), ("podinfo", 9999), ("api", 9443)}


def test_ports_of_a_service_become_those_of_the_container(tmp_path: Path) -> None:
    text = apps(
        "  api: {image: 'a:1',"
        " talks_to: [{app: web, ports: [80]}, {app: dns, ports: [53]}, {app: log, ports: [514/UDP]}]}\n"
        "  web: {image: 'a:1', talks_to: []}\n"
        "  dns: {kind: stateful, image: 'a:1', port: 5353, protocol: UDP, health: {command: ['true']}, talks_to: [],"
        " service: {port: 53, ports: {dns-tcp: {port: 53, target: 5353}}}}\n"
        "  log: {kind: daemon, image: 'a:1', port: 1514, protocol: UDP, health: {command: ['true']}, talks_to: [],"
        " service: {port: 514}}\n"
    )
    stack = render(tmp_path, text)
    network, api, pods = stack.network, stack.pods["api"], stack.pods
    assert network.admits(api, pods["web"], 8080)
    assert not network.admits(api, pods["web"], 8081)
    assert network.admits(api, pods["dns"], 5353, "UDP")
    assert network.admits(api, pods["dns"], 5353, "TCP")
    assert network.admits(api, pods["log"], 1514, "UDP")
    assert not network.admits(api, pods["log"], 1514, "TCP")


def test_udp_ports_of_a_load_balancer_are_open(tmp_path: Path) -> None:
    text = apps(
        "  game: {kind: stateful, image: 'a:1', port: 7777, protocol: UDP, health: {command: ['true']}, talks_to: [],"
        " service: {type: LoadBalancer}}\n"
    )
    stack = render(tmp_path, text)
    assert stack.network.admits(INTERNET, stack.pods["game"], 7777, "UDP")
    assert not stack.network.admits(INTERNET, stack.pods["game"], 7777, "TCP")
    assert stack.manifests["game"]["service"]["spec"]["ports"][0]["protocol"] == "UDP"


def test_an_app_may_talk_to_itself(tmp_path: Path) -> None:
    stack = render(tmp_path, apps("  mq: {kind: stateful, image: 'a:1', port: 5672, talks_to: [mq]}\n"))
    assert stack.network.admits(stack.pods["mq"], stack.pods["mq"], 25672)


def test_challenges_of_cert_manager_are_answered(tmp_path: Path) -> None:
    network = render(tmp_path, apps("  web: {image: 'a:1'}\n")).network
    solver = Pod("shop", {"acme.cert-manager.io/http01-solver": "true"})
    assert network.admits(INTERNET, solver, 8089)
    assert not network.admits(INTERNET, Pod("shop", {"x": "y"}), 8089)
    assert network.admits(ELSEWHERE, Pod("shop", {"x": "y"}), 8089)


def test_all_pods_of_a_namespace(tmp_path: Path) -> None:
    text = apps(
        "  web: {image: 'a:1', talks_to: [{namespace: dns}], called_by: [{namespace: monitoring, ports: [80]}]}\n"
    )
    stack = render(tmp_path, text)
    web = stack.pods["web"]
    assert stack.network.admits(Pod("monitoring", {"a": "b"}), web, 8080)
    assert not stack.network.admits(Pod("monitoring", {"a": "b"}), web, 9090)
    assert stack.network.admits(web, Pod("dns", {"a": "b"}), 1)
    assert not stack.network.admits(web, Pod("monitoring", {"a": "b"}), 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("web: {image: 'a:1', talks_to: [{namespace: x, cidr: 10.0.0.0/8}]}", "namespace: not allowed with cidr"),
        (
            "web: {image: 'a:1', service: {type: NodePort,"
            " ports: {x: {port: 4369, node_port: 30001, exposure: members}}}}",
            "node_port: not allowed with exposure",
        ),
        (
            "web: {image: 'a:1', talks_to: [{app: web, ports: [80]}, {app: mq, ports: [9]}]}\n"
            "  mq: {kind: stateful, image: 'a:1', port: 5672, service: {ports: {x: {port: 4369, exposure: members}}}}",
            r"talks_to\[1\].ports\[0\]: only pods of mq can reach this port, because it has ports for members",
        ),
    ],
)
def test_reports_what_no_policy_can_allow(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        render(tmp_path, apps(f"  {text}\n"))


def test_member_ports_are_for_no_other_app(tmp_path: Path) -> None:
    text = apps(
        "  mq: {kind: stateful, image: 'a:1', port: 5672, service: {ports: {epmd: {port: 4369, exposure: members}}}}\n"
        "  api: {image: 'a:1', talks_to: [{app: mq, ports: [4369]}]}\n"
    )
    with pytest.raises(SettingsError, match=r"apps.api.talks_to\[0\].ports\[0\]: only pods of mq can reach this port"):
        render(tmp_path, text)

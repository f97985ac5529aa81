"""Names that only GKE's controllers give."""

import pytest
from anykube_cli.sweep.gcp_names import content_hash, keys_in_description, parse_name, parse_node_tag


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gke-shop-0a1b2c3d-all", "hash:0a1b2c3d"),
        ("gke-my-shop-0a1b2c3d-exkubelet", "hash:0a1b2c3d"),
        ("k8s-fw-l7--0a1b2c3d4e5f6071", "uid:0a1b2c3d4e5f6071"),
        ("k8s-0a1b2c3d4e5f6071-node-http-hc", "uid:0a1b2c3d4e5f6071"),
        ("k8s-um-demo-web--0a1b2c3d4e5f6071", "uid:0a1b2c3d4e5f6071"),
        ("k8s1-0a1b2c3d-demo-web-80-9f8e7d6c", "short:0a1b2c3d"),
        ("k8s2-fr-uid01234-namespace-ingress-cysix1wq", "v2:uid01234"),
        ("k8s2-cr-uid01234-cysix1wqcysix1wq-0a1b2c3d4e5f6071", "v2:uid01234"),
        ("k8s2-tcp-uid01234-namespace-svc-cysix1wq", "v2:uid01234"),
        ("k8s2-uid01234-namespace-svc-cysix1wq-fw", "v2:uid01234"),
        ("k8s2-uid01234-l4-shared-hc-fw", "v2:uid01234"),
        (f"a{0:031x}", f"service:a{0:031x}"),
        (f"k8s-fw-a{0:031x}", f"service:a{0:031x}"),
        ("gkegw1-6p5z-demo-web-80-2jzr7e3xclhj", ""),
        ("mcrt-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", ""),
    ],
)
def test_names_of_controllers(name: str, key: str) -> None:
    parsed = parse_name(name)
    assert parsed is not None
    assert parsed.key == key


@pytest.mark.parametrize(
    "name",
    [
        "gke-web-ip",
        "gke-wildcard-example-com",
        "gke-allow-webhooks",
        "gke-shop-0a1b2c3d",
        "gke-shop-0a1b2c3d-mine",
        "k8s2-fr-demo-web",
        "k8s-web",
        "gkegw1-web",
        "mcrt-web",
        "abc",
    ],
)
def test_names_of_people(name: str) -> None:
    assert parse_name(name) is None


def test_node_tag() -> None:
    tag = parse_node_tag("gke-my-shop-0a1b2c3d-node")
    assert tag is not None
    assert (tag.cluster, tag.key) == ("my-shop", "hash:0a1b2c3d")
    assert parse_node_tag("gke-node") is None


def test_hash_of_kube_system() -> None:
    """As in pkg/utils/namer/frontendnamer_test.go of ingress-gce."""
    assert content_hash("kubesystem-uid1") == "7kpbhpki"
    assert keys_in_description('{"cluster-uid":"u"}') == {f"v2:{content_hash('u')}"}
    assert keys_in_description("a rule of mine") == keys_in_description("[]") == frozenset()

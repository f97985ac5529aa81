"""The resource types of a project: their ids, references and computed outputs."""

from anykube_rehearsal.cloud.account.model import Json, Record, Reference, ResourceType
from anykube_rehearsal.gcp.account import names
from anykube_rehearsal.gcp.account.clusters import ClusterLife, NodePoolLife
from anykube_rehearsal.gcp.account.tokens import (
    ADDRESS,
    BACKEND_SERVICE,
    CERTIFICATE,
    CLUSTER,
    FIREWALL,
    FORWARDING_RULE,
    GLOBAL_ADDRESS,
    HEALTH_CHECK,
    KEY,
    KEY_MEMBER,
    KEY_RING,
    NEG,
    NETWORK,
    NODE_POOL,
    PROJECT_MEMBER,
    ROUTER,
    ROUTER_NAT,
    SERVICE,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_MEMBER,
    SUBNETWORK,
    TARGET_HTTP_PROXY,
    URL_MAP,
)

_VPC = "https://cloud.google.com/vpc/docs/create-modify-vpc-networks#deleting_a_network"
_SUBNETS = "https://cloud.google.com/vpc/docs/subnets"
_CLUSTERS = "https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters"
_POOLS = f"{_CLUSTERS}.nodePools"
_NAT = "https://cloud.google.com/nat/docs/set-up-manage-network-address-translation"
_KMS = "https://cloud.google.com/kms/docs/resource-hierarchy"
_BALANCING = "https://cloud.google.com/load-balancing/docs"
_ACCOUNTS = "https://cloud.google.com/iam/docs/service-account-overview"


def _link(_: object, record: Record) -> Json:
    return {"selfLink": names.self_link(record.id)}


def _network(_: object, record: Record) -> Json:
    return {"selfLink": names.self_link(record.id), "networkId": _number(record), "numericId": _number(record)}


def _subnetwork(_: object, record: Record) -> Json:
    start = str(record.inputs.get("ipCidrRange", "")).partition("/")[0].rpartition(".")[0]
    link = names.self_link(record.id)
    return {"selfLink": link, "gatewayAddress": f"{start}.1", "subnetworkId": int(_number(record))}


def _address(_: object, record: Record) -> Json:
    return {"selfLink": names.self_link(record.id), "address": record.inputs.get("address", "192.0.2.40")}


def _service_account(_: object, record: Record) -> Json:
    address = names.email(record.inputs)
    return {
        "email": address,
        "member": f"serviceAccount:{address}",
        "name": record.id,
        "uniqueId": _number(record),
        "disabled": record.inputs.get("disabled", False),
    }


def _etag(*_: object) -> Json:
    return {"etag": "BwX"}


def _number(record: Record) -> str:
    """A number derived from the id, the same on every run."""
    return str(int.from_bytes(record.id.encode()[-8:]) % 10**18 + 10**18)


def is_google_managed(account: str) -> bool:
    """Whether a service account of nodes is one that Google creates in every project."""
    return account == "default" or account == f"{names.NUMBER}-compute@developer.gserviceaccount.com"


TYPES = (
    ResourceType(SERVICE, "API", names.joined("project", "service"), can_be_recreated=True),
    ResourceType(NETWORK, "network", names.in_project("networks"), _network, names.by_any_name),
    ResourceType(
        SUBNETWORK,
        "subnetwork",
        names.in_region("subnetworks"),
        _subnetwork,
        names.by_any_name,
        references=(Reference("network", NETWORK, _SUBNETS),),
    ),
    ResourceType(
        ROUTER,
        "router",
        names.in_region("routers"),
        _link,
        names.by_any_name,
        references=(Reference("network", NETWORK, _VPC),),
    ),
    ResourceType(
        ROUTER_NAT,
        "NAT gateway",
        names.joined("project", "region", "router", "name"),
        references=(
            Reference("router", ROUTER, _NAT, deleted_with_target=True),
            Reference("subnetworks.name", SUBNETWORK, _NAT),
            Reference("natIps", ADDRESS, _NAT),
        ),
    ),
    ResourceType(
        ADDRESS,
        "address",
        names.in_region("addresses"),
        _address,
        names.by_any_name,
        references=(Reference("subnetwork", SUBNETWORK, _SUBNETS), Reference("network", NETWORK, _VPC)),
    ),
    ResourceType(
        GLOBAL_ADDRESS,
        "global address",
        names.in_project("addresses"),
        _address,
        names.by_any_name,
        references=(Reference("network", NETWORK, _VPC),),
    ),
    ResourceType(
        FIREWALL,
        "firewall rule",
        names.in_project("firewalls"),
        _link,
        references=(Reference("network", NETWORK, _VPC),),
    ),
    ResourceType(
        NEG,
        "network endpoint group",
        lambda inputs: f"projects/{inputs['project']}/zones/{inputs['zone']}/networkEndpointGroups/{inputs['name']}",
        _link,
        names.by_any_name,
        references=(Reference("network", NETWORK, _VPC), Reference("subnetwork", SUBNETWORK, _VPC)),
    ),
    ResourceType(HEALTH_CHECK, "health check", names.in_project("healthChecks"), _link, names.by_any_name),
    ResourceType(
        BACKEND_SERVICE,
        "backend service",
        names.in_project("backendServices"),
        _link,
        names.by_any_name,
        references=(
            Reference("backends.group", NEG, f"{_BALANCING}/negs/zonal-neg-concepts"),
            Reference("healthChecks", HEALTH_CHECK, f"{_BALANCING}/health-check-concepts"),
        ),
    ),
    ResourceType(
        URL_MAP,
        "URL map",
        names.in_project("urlMaps"),
        _link,
        names.by_any_name,
        references=(Reference("defaultService", BACKEND_SERVICE, f"{_BALANCING}/url-map-concepts"),),
    ),
    ResourceType(
        TARGET_HTTP_PROXY,
        "target HTTP proxy",
        names.in_project("targetHttpProxies"),
        _link,
        names.by_any_name,
        references=(Reference("urlMap", URL_MAP, f"{_BALANCING}/target-proxies"),),
    ),
    ResourceType(
        FORWARDING_RULE,
        "forwarding rule",
        names.in_project("forwardingRules"),
        _link,
        names.by_any_name,
        references=(Reference("target", TARGET_HTTP_PROXY, f"{_BALANCING}/forwarding-rule-concepts"),),
    ),
    ResourceType(CERTIFICATE, "SSL certificate", names.in_project("sslCertificates"), _link),
    ResourceType(KEY_RING, "key ring", names.in_location("keyRings"), keeps_name_after_delete=True),
    ResourceType(
        KEY,
        "key",
        lambda inputs: f"{inputs['keyRing']}/cryptoKeys/{inputs['name']}",
        references=(Reference("keyRing", KEY_RING, _KMS, blocks_delete=False),),
        keeps_name_after_delete=True,
    ),
    ResourceType(
        KEY_MEMBER,
        "role on a key",
        names.joined("cryptoKeyId", "role", "member"),
        _etag,
        references=(Reference("cryptoKeyId", KEY, _KMS, deleted_with_target=True),),
        can_be_recreated=True,
    ),
    ResourceType(
        SERVICE_ACCOUNT,
        "service account",
        names.service_account,
        _service_account,
        lambda record: (record.id, names.email(record.inputs)),
    ),
    ResourceType(
        PROJECT_MEMBER, "role in the project", names.joined("project", "role", "member"), _etag, can_be_recreated=True
    ),
    ResourceType(
        SERVICE_ACCOUNT_MEMBER,
        "role on a service account",
        names.joined("serviceAccountId", "role", "member"),
        _etag,
        references=(Reference("serviceAccountId", SERVICE_ACCOUNT, _ACCOUNTS, deleted_with_target=True),),
        can_be_recreated=True,
    ),
    ResourceType(
        CLUSTER,
        "cluster",
        names.in_location("clusters"),
        aliases=names.by_id_or_name,
        references=(
            Reference("network", NETWORK, _CLUSTERS, exempt=lambda value: value == "default"),
            Reference("subnetwork", SUBNETWORK, _CLUSTERS),
            Reference("databaseEncryption.keyName", KEY, _CLUSTERS, blocks_delete=False),
            Reference(
                "nodeConfig.serviceAccount", SERVICE_ACCOUNT, _ACCOUNTS, blocks_delete=False, exempt=is_google_managed
            ),
            Reference(
                "clusterAutoscaling.autoProvisioningDefaults.serviceAccount",
                SERVICE_ACCOUNT,
                _ACCOUNTS,
                blocks_delete=False,
                exempt=is_google_managed,
            ),
        ),
        behavior=ClusterLife(),
    ),
    ResourceType(
        NODE_POOL,
        "node pool",
        names.node_pool,
        aliases=names.by_id_or_name,
        references=(
            Reference("cluster", CLUSTER, _POOLS, deleted_with_target=True),
            Reference(
                "nodeConfig.serviceAccount", SERVICE_ACCOUNT, _ACCOUNTS, blocks_delete=False, exempt=is_google_managed
            ),
        ),
        behavior=NodePoolLife(),
    ),
)

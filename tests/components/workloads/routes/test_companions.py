"""What an Ingress of GKE names, beside what all have."""

from typing import Any

from anykube._clusters.gke.routing import INGRESS_PROFILE
from anykube._routing import IngressProfile
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.ingress_extras import companions
from anykube._workloads.routes.spec import Route, Tls

ISSUED = Tls(issuer="cluster")
FRONTEND = "networking.gke.io/v1beta1.FrontendConfig"
CERTIFICATES = "networking.gke.io/managed-certificates"


def rendered(*routes: Route) -> tuple[Any, dict[str, Any]]:
    """The Ingress, and its companions by kind."""
    made = companions("shop", "demo", routes, INGRESS_PROFILE)
    assert all(part.stage == "before" and part.manifest["metadata"]["name"] == "shop" for part in made)  # type: ignore[index]
    return ingress("shop", "demo", routes, INGRESS_PROFILE), {
        str(part.manifest["kind"]): part.manifest for part in made
    }


def test_google_makes_the_certificates_and_sends_on() -> None:
    made, own = rendered(Route(host="a.example", tls=ISSUED), Route(host="b.example", tls=ISSUED))
    assert own["ManagedCertificate"]["spec"] == {"domains": ["a.example", "b.example"]}
    assert own["FrontendConfig"]["spec"]["redirectToHttps"]["enabled"] is True
    annotations = made["metadata"]["annotations"]
    assert (annotations[CERTIFICATES], annotations[FRONTEND]) == ("shop", "shop")
    assert annotations["kubernetes.io/ingress.class"] == "gce"
    assert "tls" not in made["spec"]
    assert "ingressClassName" not in made["spec"]


def test_a_secret_is_taken_as_everywhere() -> None:
    made, own = rendered(Route(host="*.example", tls=Tls(secret_name="bought"), redirect=False))
    assert own == {}
    assert made["spec"]["tls"] == [{"hosts": ["*.example"], "secretName": "bought"}]
    assert not {CERTIFICATES, FRONTEND} & made["metadata"]["annotations"].keys()


def test_without_tls_there_is_nothing_to_name() -> None:
    made, own = rendered(Route(host="a.example"))
    assert own == {}
    assert not {CERTIFICATES, FRONTEND} & made["metadata"]["annotations"].keys()
    assert companions("shop", "demo", [Route(host="a.example", tls=ISSUED)], IngressProfile()) == []

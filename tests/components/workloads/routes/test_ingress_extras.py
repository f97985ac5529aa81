"""The additional objects of an Ingress on GKE."""

from typing import Any

from anykube._clusters.gke.routing import INGRESS_PROFILE
from anykube._routing import IngressProfile
from anykube._workloads.routes.ingress import ingress
from anykube._workloads.routes.ingress_extras import ingress_extras
from anykube._workloads.routes.spec import Route, Tls

ISSUED = Tls(issuer="cluster")
FRONTEND = "networking.gke.io/v1beta1.FrontendConfig"
CERTIFICATES = "networking.gke.io/managed-certificates"


def rendered(*routes: Route) -> tuple[Any, dict[str, Any]]:
    """The Ingress, and its additional objects by kind."""
    extras = ingress_extras("shop", "demo", routes, INGRESS_PROFILE)
    assert all(part.stage == "before" and part.manifest["metadata"]["name"] == "shop" for part in extras)  # type: ignore[index]
    return ingress("shop", "demo", routes, INGRESS_PROFILE), {
        str(part.manifest["kind"]): part.manifest for part in extras
    }


def test_certificates_and_redirects_of_google() -> None:
    manifest, extras = rendered(Route(host="a.example", tls=ISSUED), Route(host="b.example", tls=ISSUED))
    assert extras["ManagedCertificate"]["spec"] == {"domains": ["a.example", "b.example"]}
    assert extras["FrontendConfig"]["spec"]["redirectToHttps"]["enabled"] is True
    annotations = manifest["metadata"]["annotations"]
    assert (annotations[CERTIFICATES], annotations[FRONTEND]) == ("shop", "shop")
    assert annotations["kubernetes.io/ingress.class"] == "gce"
    assert "tls" not in manifest["spec"]
    assert "ingressClassName" not in manifest["spec"]


def test_certificate_from_a_secret() -> None:
    manifest, extras = rendered(Route(host="*.example", tls=Tls(secret_name="bought"), redirect=False))
    assert extras == {}
    assert manifest["spec"]["tls"] == [{"hosts": ["*.example"], "secretName": "bought"}]
    assert not {CERTIFICATES, FRONTEND} & manifest["metadata"]["annotations"].keys()


def test_no_additional_objects_without_tls() -> None:
    manifest, extras = rendered(Route(host="a.example"))
    assert extras == {}
    assert not {CERTIFICATES, FRONTEND} & manifest["metadata"]["annotations"].keys()
    assert ingress_extras("shop", "demo", [Route(host="a.example", tls=ISSUED)], IngressProfile()) == []

"""The AWS of a rehearsal: the account, who acts in it, the plugin, and what stands in for the AWS CLI."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube._clusters.eks.spec import EksClusterSpec
from anykube_rehearsal.aws.account import client as account

from anykube_cli.rehearsal.aws_inventory import contents
from anykube_cli.rehearsal.clouds import Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin, stand_in
from anykube_cli.sweep.aws import Region

ACCOUNT = "123456789012"
_DEPLOYER = "anykube-deployer"
_TRUST = '{"Version": "2012-10-17", "Statement": []}'


def start(folder: Path, spec: EksClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the variables by which everybody finds it, acting as a deployer's role.

    `faults` are those of sandbox.aws.account.eks.faults.
    """
    place = folder / "account"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "faults.json").write_text(json.dumps(faults))
    url = account.start(place)
    plugin("aws", "anykube_rehearsal.aws.plugin", folder)
    stand_in("aws", folder, "anykube_rehearsal.aws.cli", str(place))
    base = {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
    }
    return {**base, **_deployer(url, spec)}


def stop(place: Path) -> None:
    """Ends the account, and the Kubernetes of clusters that are still in it."""
    if place.exists():
        account.stop(place)
        end_clusters(place)


def clients(environment: Mapping[str, str]) -> Callable[[str], Any]:
    """Makes boto3's client of a service of the account."""
    own, url = session(environment), environment["AWS_ENDPOINT_URL"]
    return lambda service: own.client(service, endpoint_url=url)


def session(environment: Mapping[str, str]) -> Any:
    """boto3 as the rehearsal's deployer."""
    import boto3

    return boto3.session.Session(
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
        region_name=environment["AWS_REGION"],
    )


def _deployer(url: str, spec: EksClusterSpec) -> dict[str, str]:
    import boto3

    anybody = boto3.session.Session("rehearsal", "rehearsal", region_name=spec.region)
    iam, sts = (anybody.client(name, endpoint_url=url) for name in ("iam", "sts"))
    named = [arn for arn in (*spec.access.admins, *spec.access.viewers) if arn.startswith(f"arn:aws:iam::{ACCOUNT}:")]
    # Those that the page names are there in the real account; here they are made, so that it can name them.
    for arn in (f"arn:aws:iam::{ACCOUNT}:role/{_DEPLOYER}", *named):
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind == "role":
            iam.create_role(RoleName=name.rpartition("/")[2], AssumeRolePolicyDocument=_TRUST)
        elif kind == "user":
            iam.create_user(UserName=name.rpartition("/")[2])
    taken = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{_DEPLOYER}", RoleSessionName="rehearsal")
    credentials = taken["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }


def _contents(environment: Environment) -> Iterator[str]:
    return contents(clients(environment))


def _account_factory(environment: Environment, stack: str, spec: EksClusterSpec) -> Callable[[], Region]:
    del stack
    return lambda: Region(clients(environment), spec.name)


def _settings(environment: Environment) -> Mapping[str, str]:
    return {"anykube:chart-repository": f"{environment['AWS_ENDPOINT_URL']}/_anykube/charts/"}


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: AWS, at Pulumi's plugin boundary (moto, and an EKS beside it); its nodes, which run no container; "
        "the AWS CLI's token; Helm charts by stand-ins."
    ),
    start=start,
    stop=stop,
    contents=_contents,
    account_factory=_account_factory,
    settings=_settings,
)

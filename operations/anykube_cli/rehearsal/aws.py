"""AWS in a rehearsal: the account and its deployer, and the plugin."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube._clusters.eks.spec import EksClusterSpec
from anykube_rehearsal.aws.account import client as account

from anykube_cli.rehearsal.aws_inventory import contents
from anykube_cli.rehearsal.clouds import ACCOUNT as ACCOUNT_FOLDER
from anykube_cli.rehearsal.clouds import Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin
from anykube_cli.sweep.aws import open_session
from anykube_cli.sweep.aws_ownership import AwsResource
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.session import Session

ACCOUNT = "123456789012"
_DEPLOYER = "anykube-deployer"
_TRUST = '{"Version": "2012-10-17", "Statement": []}'


def start(folder: Path, spec: EksClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the environment variables with which programs use it in the deployer's role.

    `faults`: see anykube_rehearsal.aws.account.eks.faults.
    """
    account_folder = folder / ACCOUNT_FOLDER
    account_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (account_folder / "faults.json").write_text(json.dumps(faults))
    url = account.start(account_folder)
    plugin("aws", "anykube_rehearsal.aws.plugin", folder)
    base = {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
    }
    return {**base, **_deployer(url, spec)}


def stop(folder: Path) -> None:
    """Stops the account, and the Kubernetes control planes of the clusters that are left in it."""
    if folder.exists():
        account.stop(folder)
        end_clusters(folder)


def clients(environment: Mapping[str, str]) -> Callable[[str], Any]:
    """A function that returns boto3's client of a service in the account."""
    deployer, url = session(environment), environment["AWS_ENDPOINT_URL"]
    return lambda service: deployer.client(service, endpoint_url=url)


def session(environment: Mapping[str, str]) -> Any:
    """boto3's session of the deployer."""
    import boto3

    return boto3.session.Session(
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
        region_name=environment["AWS_REGION"],
    )


def _deployer(url: str, spec: EksClusterSpec) -> dict[str, str]:
    import boto3

    root = boto3.session.Session("rehearsal", "rehearsal", region_name=spec.region)
    iam, sts = (root.client(name, endpoint_url=url) for name in ("iam", "sts"))
    principals = (*spec.access.admins, *spec.access.viewers)
    account_principals = [arn for arn in principals if arn.startswith(f"arn:aws:iam::{ACCOUNT}:")]
    # The principals in the settings exist in the real account. Create them here.
    for arn in (f"arn:aws:iam::{ACCOUNT}:role/{_DEPLOYER}", *account_principals):
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind == "role":
            iam.create_role(RoleName=name.rpartition("/")[2], AssumeRolePolicyDocument=_TRUST)
        elif kind == "user":
            iam.create_user(UserName=name.rpartition("/")[2])
    response = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{_DEPLOYER}", RoleSessionName="rehearsal")
    credentials = response["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }


def _contents(environment: Environment) -> Iterator[str]:
    return contents(clients(environment))


def _account_factory(
    environment: Environment, stack: str, spec: EksClusterSpec, facts: Facts
) -> Callable[[], Session[AwsResource]]:
    return lambda: open_session(clients(environment), stack, (spec.region, spec.name), facts)


def _settings(environment: Environment) -> Mapping[str, str]:
    return {"anykube:chart-repository": f"{environment['AWS_ENDPOINT_URL']}/_anykube/charts/"}


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: AWS, at the boundary of Pulumi's plugin (moto with an added EKS); the nodes, which run no "
        "containers; Helm charts."
    ),
    start=start,
    stop=stop,
    contents=_contents,
    account_factory=_account_factory,
    settings=_settings,
)

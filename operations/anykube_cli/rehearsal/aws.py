"""AWS in a rehearsal: the account and its deployer, and the plugin."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube._clusters.access import all_principals
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

_DEPLOYER = "anykube-deployer"
_TRUST = '{"Version": "2012-10-17", "Statement": []}'


def start(folder: Path, spec: EksClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the environment variables with which programs use it in the deployer's role.

    `faults`: see anykube_rehearsal.aws.account.eks.faults.
    """
    account_folder = folder / ACCOUNT_FOLDER
    account_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (account_folder / "faults.json").write_text(json.dumps(faults))
    number = account_number(spec)
    url = account.start(account_folder, {"MOTO_ACCOUNT_ID": number})
    plugin("aws", "anykube_rehearsal.aws.plugin", folder)
    base = {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
    }
    return {**base, **_deployer(url, spec, number)}


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


def account_number(spec: EksClusterSpec) -> str:
    """The account in the settings, else that of their first principal, else that of AWS' examples."""
    principals = [arn.split(":")[4] for arn in all_principals(spec.access)]
    return spec.eks.account or next(iter(principals), "123456789012")


def deployer(spec: EksClusterSpec, number: str) -> str:
    """The ARN of the role that deploys: the first deployer in the settings that is one, else a role of its own."""
    roles = [arn for arn in spec.access.deployers if arn.startswith(f"arn:aws:iam::{number}:role/")]
    return next(iter(roles), f"arn:aws:iam::{number}:role/{_DEPLOYER}")


def _deployer(url: str, spec: EksClusterSpec, number: str) -> dict[str, str]:
    import boto3

    root = boto3.session.Session("rehearsal", "rehearsal", region_name=spec.region)
    iam, sts = (root.client(name, endpoint_url=url) for name in ("iam", "sts"))
    deployer_arn = deployer(spec, number)
    # The principals in the settings exist in the real account. Create them here.
    for arn in dict.fromkeys((deployer_arn, *all_principals(spec.access))):
        if arn.startswith(f"arn:aws:iam::{number}:"):
            _create_principal(iam, arn)
    return assume_role(sts, deployer_arn)


def _create_principal(iam: Any, arn: str) -> None:
    kind, _, path = arn.rpartition(":")[2].partition("/")
    folders, _, name = path.rpartition("/")
    location = f"/{folders}/" if folders else "/"
    if kind == "role":
        iam.create_role(RoleName=name, Path=location, AssumeRolePolicyDocument=_TRUST)
    elif kind == "user":
        iam.create_user(UserName=name, Path=location)


def assume_role(sts: Any, arn: str) -> dict[str, str]:
    """The environment variables of a session of a role."""
    credentials = sts.assume_role(RoleArn=arn, RoleSessionName="rehearsal")["Credentials"]
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

"""The backend on AWS, in moto's account: made, made again, strengthened, and refused where it is somebody else's."""

import json
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.state_backends.aws.account import enter
from anykube_cli.state_backends.backend import OWNER_TAG, BackendError, SettingResult, BackendNames, reconcile

REGION = "eu-west-1"
BUCKET = "shop-state-123456789012"
SPEC = EksClusterSpec.model_validate(
    {
        "cloud": "aws",
        "name": "shop",
        "region": REGION,
        "zones": [f"{REGION}a", f"{REGION}b"],
        "pools": {"servers": {"min": 1, "max": 2, "machine": {"cpu": 2, "memory": "8Gi"}}},
    }
)

_DEFAULT = BackendNames()

pytestmark = pytest.mark.usefixtures("account")


def _run(names: BackendNames = _DEFAULT) -> list[SettingResult]:
    return list(reconcile(enter(SPEC, names)))


def _s3() -> Any:
    return boto3.client("s3", region_name=REGION)


def _kms() -> Any:
    return boto3.client("kms", region_name=REGION)


def _bucket(name: str = BUCKET, **tags: str) -> None:
    """One that somebody made by hand."""
    _s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if tags:
        _s3().put_bucket_tagging(
            Bucket=name, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
        )


def test_a_bucket_and_a_key_with_all_that_is_wanted() -> None:
    deeds = _run()
    assert {deed.outcome for deed in deeds} == {"made"}
    s3, kms = _s3(), _kms()
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    blocked = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert list(blocked.values()) == [True] * 4
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    key = kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    assert rule["BucketKeyEnabled"] is True
    (owned,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert owned["ObjectOwnership"] == "BucketOwnerEnforced"
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {one["Effect"] for one in policy["Statement"]} == {"Deny"}
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True


def test_a_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _run()
    account = enter(SPEC, BackendNames())
    asked: list[str] = []
    for client in (account._s3, account._kms):
        client.meta.events.register("before-call", lambda model, **_: asked.append(model.name))
    deeds = list(reconcile(account))
    assert {deed.outcome for deed in deeds} == {"as it should be"}
    assert asked
    assert not [name for name in asked if not name.startswith(("Get", "Head", "Describe", "List"))]


def test_how_pulumi_names_it() -> None:
    backend = enter(SPEC, BackendNames()).backend
    assert backend.url == f"s3://{BUCKET}?region={REGION}"
    assert backend.secrets == f"awskms://alias/shop-state?region={REGION}"


@pytest.mark.parametrize(
    ("weaken", "what"),
    [
        (lambda s3, _: s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
         "versioning"),
        (lambda s3, _: s3.delete_public_access_block(Bucket=BUCKET), "all public access blocked"),
        (lambda s3, _: s3.put_bucket_ownership_controls(
            Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
         "objects are the bucket owner's, without ACLs"),
        (lambda s3, _: s3.put_bucket_encryption(
            Bucket=BUCKET, ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}),
         "encrypted by that key"),
        (lambda s3, _: s3.delete_bucket_policy(Bucket=BUCKET), "by TLS 1.2 or newer only"),
        (lambda s3, _: s3.delete_bucket_lifecycle(Bucket=BUCKET), "old versions kept for 90 days"),
        (lambda _, kms: kms.disable_key_rotation(
            KeyId=kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]),
         "rotation every 365 days or sooner"),
    ],
)  # fmt: skip
def test_what_is_weaker_is_told_and_strengthened(weaken: Any, what: str) -> None:
    _run()
    weaken(_s3(), _kms())
    changed = [deed for deed in _run() if deed.outcome != "as it should be"]
    assert [deed.what for deed in changed] == [what]
    assert {deed.outcome for deed in _run()} == {"as it should be"}


def test_what_was_there_before_it_was_strengthened_is_told() -> None:
    _run()
    _s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    (changed,) = [deed for deed in _run() if deed.outcome != "as it should be"]
    assert changed.outcome == "strengthened"
    assert changed.was == '{"Status": "Suspended"}'


def test_other_statements_and_rules_stay() -> None:
    _run()
    ours = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [ours]}
    _s3().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    _run()
    statements = json.loads(_s3().get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert [one["Sid"] for one in statements] == ["Theirs", "AnykubeOnlyTls", "AnykubeOnlyTls12"]


def test_a_bucket_that_nobody_marked_is_somebody_elses() -> None:
    _bucket()
    with pytest.raises(BackendError, match=f"{BUCKET} is there already, without the tag {OWNER_TAG}"):
        _run()
    assert "Status" not in _s3().get_bucket_versioning(Bucket=BUCKET)


def test_one_that_is_named_is_taken_over_with_its_tags() -> None:
    _bucket("handmade", team="shop")
    deeds = _run(BackendNames(bucket="handmade"))
    assert SettingResult("bucket handmade", "in this account and region", "strengthened", '{"team": "shop"}') in deeds
    tags = {tag["Key"]: tag["Value"] for tag in _s3().get_bucket_tagging(Bucket="handmade")["TagSet"]}
    assert tags == {"team": "shop", OWNER_TAG: "shop"}
    assert _s3().get_bucket_versioning(Bucket="handmade")["Status"] == "Enabled"


def test_one_of_another_cluster_is_not_even_if_it_is_named() -> None:
    _bucket("handmade", **{OWNER_TAG: "other"})
    with pytest.raises(BackendError, match="of the backend of other"):
        _run(BackendNames(bucket="handmade"))


def test_one_of_another_account_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
    role = boto3.client("sts", region_name=REGION).assume_role(
        RoleArn="arn:aws:iam::999999999999:role/elsewhere", RoleSessionName="test"
    )["Credentials"]
    theirs = boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    theirs.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    with pytest.raises(BackendError, match=f"the bucket {BUCKET} is somebody else's, or this caller is kept from it"):
        _run()


def test_one_of_another_region_is_refused() -> None:
    boto3.client("s3", region_name="eu-north-1").create_bucket(
        Bucket="handmade", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    with pytest.raises(BackendError, match="is in eu-north-1, and the stack in eu-west-1"):
        _run(BackendNames(bucket="handmade"))


def test_a_key_that_a_killed_run_left_without_its_alias_is_used() -> None:
    _run()
    key = _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]
    _kms().delete_alias(AliasName="alias/shop-state")
    _run()
    assert _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"] == key


def test_a_key_that_is_about_to_be_deleted_is_refused() -> None:
    _run()
    key = _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]
    _kms().schedule_key_deletion(KeyId=key)
    with pytest.raises(BackendError, match="is PendingDeletion"):
        _run()


def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BackendError, match="there are no credentials: sign in"):
        _run()

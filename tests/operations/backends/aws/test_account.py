"""The state backend on AWS, in an account simulated by moto."""

import json
from typing import Any

import boto3
import pytest
from anykube._clusters.eks.spec import EksClusterSpec
from anykube_cli.state_backends.aws.account import connect
from anykube_cli.state_backends.backend import OWNER_TAG, BackendError, BackendNames, SettingResult, reconcile

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
    return list(reconcile(connect(SPEC, names)))


def _s3() -> Any:
    return boto3.client("s3", region_name=REGION)


def _kms() -> Any:
    return boto3.client("kms", region_name=REGION)


def _bucket(name: str = BUCKET, **tags: str) -> None:
    """Creates a bucket that no backend owns."""
    _s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if tags:
        _s3().put_bucket_tagging(
            Bucket=name, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
        )


def test_creates_a_bucket_and_a_key_with_all_settings() -> None:
    results = _run()
    assert {result.outcome for result in results} == {"created"}
    s3, kms = _s3(), _kms()
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    access_block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert list(access_block.values()) == [True] * 4
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    key = kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    assert rule["BucketKeyEnabled"] is True
    (ownership,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {statement["Effect"] for statement in policy["Statement"]} == {"Deny"}
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True


def test_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _run()
    account = connect(SPEC, BackendNames())
    calls: list[str] = []
    for client in (account._s3, account._kms):
        client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    results = list(reconcile(account))
    assert {result.outcome for result in results} == {"unchanged"}
    assert calls
    assert not [name for name in calls if not name.startswith(("Get", "Head", "Describe", "List"))]


def test_backend_in_pulumis_terms() -> None:
    backend = connect(SPEC, BackendNames()).backend
    assert backend.url == f"s3://{BUCKET}?region={REGION}"
    assert backend.secrets == f"awskms://alias/shop-state?region={REGION}"


@pytest.mark.parametrize(
    ("weaken", "description"),
    [
        (lambda s3, _: s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
         "versioning"),
        (lambda s3, _: s3.delete_public_access_block(Bucket=BUCKET), "public access blocked"),
        (lambda s3, _: s3.put_bucket_ownership_controls(
            Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}),
         "objects owned by the bucket owner, without ACLs"),
        (lambda s3, _: s3.put_bucket_encryption(
            Bucket=BUCKET, ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}),
         "encrypted with that key"),
        (lambda s3, _: s3.delete_bucket_policy(Bucket=BUCKET), "requires TLS 1.2 or newer"),
        (lambda s3, _: s3.delete_bucket_lifecycle(Bucket=BUCKET), "old versions kept for 90 days"),
        (lambda _, kms: kms.disable_key_rotation(
            KeyId=kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]),
         "rotated at least every 365 days"),
    ],
)  # fmt: skip
def test_fixes_and_reports_weak_settings(weaken: Any, description: str) -> None:
    _run()
    weaken(_s3(), _kms())
    changed = [result for result in _run() if result.outcome != "unchanged"]
    assert [result.description for result in changed] == [description]
    assert {result.outcome for result in _run()} == {"unchanged"}


def test_reports_the_previous_setting() -> None:
    _run()
    _s3().put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    (changed,) = [result for result in _run() if result.outcome != "unchanged"]
    assert changed.outcome == "updated"
    assert changed.previous == '{"Status": "Suspended"}'


def test_keeps_other_statements_and_rules() -> None:
    _run()
    statement = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    _s3().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    _run()
    statements = json.loads(_s3().get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Theirs", "AnykubeOnlyTls", "AnykubeOnlyTls12"]


def test_rejects_an_untagged_bucket() -> None:
    _bucket()
    with pytest.raises(BackendError, match=f"{BUCKET} already exists and has no tag {OWNER_TAG}"):
        _run()
    assert "Status" not in _s3().get_bucket_versioning(Bucket=BUCKET)


def test_adopts_a_named_bucket_with_its_tags() -> None:
    _bucket("handmade", team="shop")
    results = _run(BackendNames(bucket="handmade"))
    assert SettingResult("bucket handmade", "in this account and region", "updated", '{"team": "shop"}') in results
    tags = {tag["Key"]: tag["Value"] for tag in _s3().get_bucket_tagging(Bucket="handmade")["TagSet"]}
    assert tags == {"team": "shop", OWNER_TAG: "shop"}
    assert _s3().get_bucket_versioning(Bucket="handmade")["Status"] == "Enabled"


def test_rejects_a_named_bucket_of_another_cluster() -> None:
    _bucket("handmade", **{OWNER_TAG: "other"})
    with pytest.raises(BackendError, match="belongs to the cluster other"):
        _run(BackendNames(bucket="handmade"))


def test_rejects_a_bucket_of_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
    role = boto3.client("sts", region_name=REGION).assume_role(
        RoleArn="arn:aws:iam::999999999999:role/other", RoleSessionName="test"
    )["Credentials"]
    other_s3 = boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    other_s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    with pytest.raises(
        BackendError, match=f"The bucket {BUCKET} belongs to another AWS account, or the caller has no access to it"
    ):
        _run()


def test_rejects_a_bucket_in_another_region() -> None:
    boto3.client("s3", region_name="eu-north-1").create_bucket(
        Bucket="handmade", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    with pytest.raises(BackendError, match="is in eu-north-1, but the stack is in eu-west-1"):
        _run(BackendNames(bucket="handmade"))


def test_reuses_a_key_without_alias_from_a_killed_run() -> None:
    _run()
    key = _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]
    _kms().delete_alias(AliasName="alias/shop-state")
    _run()
    assert _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"] == key


def test_rejects_a_key_pending_deletion() -> None:
    _run()
    key = _kms().describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"]
    _kms().schedule_key_deletion(KeyId=key)
    with pytest.raises(BackendError, match="is PendingDeletion"):
        _run()


def test_missing_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BackendError, match="Cannot log in to AWS: no credentials found"):
        _run()

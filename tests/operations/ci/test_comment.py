"""The text of the comment on a pull request."""

from anykube.settings.effective import Difference, Setting
from anykube_cli.ci.comment import MARK, comment
from anykube_cli.ci.markdown import code, escape, folded, shorten
from anykube_cli.ci.plan import Step
from anykube_cli.ci.pull_request import StackReport
from anykube_cli.ci.redact import HIDDEN, hidden
from anykube_cli.policies import Violation

_URN = "urn:pulumi:dev::anykube::kubernetes:apps/v1:Deployment::web-deployment"
_STEPS = [
    Step("+", "kubernetes:core/v1:Service", "web-service", ()),
    Step("±", "gcp:container/cluster:Cluster", "shop", ("location",)),
]


def _report(**fields: object) -> StackReport:
    return StackReport("dev", "its settings: apps.web.image", **fields)  # type: ignore[arg-type]


def test_a_stack_that_nothing_stops() -> None:
    text = comment([_report(steps=_STEPS[:1], preview="Previewed on the real state.")], [])
    assert text.startswith(f"{MARK}\n### Anykube: 1 stack changes, nothing stops the deployment\n")
    assert "| <code>dev</code> | ✅ | its settings: apps.web.image | passed | 1 to create |" in text
    assert "+ kubernetes:core/v1:Service web-service" in text


def test_replacements_are_shown_outside_of_collapsed_blocks() -> None:
    text = comment([_report(steps=_STEPS)], [])
    assert "± gcp:container/cluster:Cluster shop: location" in text.partition("<details>")[0]


def test_each_reason_to_stop_is_reported_and_counted() -> None:
    stopping = Violation("pod-privileged", _URN, True, "container app is privileged. Something. [CIS 1]")
    for report in (
        _report(mistakes=["stacks/environments/dev.yaml:3: apps.web.image: is missing"]),
        _report(steps=[], violations=[stopping]),
        _report(preview_error="it does not respond"),
        _report(steps=[], guarded=["shop (cluster) would be replaced because of location"], guard_stops=True),
        _report(steps=[], rehearsal_passed=False, rehearsal_output=["a step failed"]),
    ):
        assert report.stops
        text = comment([report], [])
        assert "1 would be stopped" in text
        assert "❌" in text.partition("#### ")[2]


def test_warnings_stop_nothing() -> None:
    warning = Violation("pod-privileged", _URN, False, "container app is privileged")
    report = _report(
        steps=[], violations=[warning], guarded=["shop (cluster) would be replaced"], rehearsal_passed=True
    )
    assert not report.stops
    assert "| ✅ |" in comment([report], [])
    assert "⚠️" in comment([report], [])


def test_a_removed_settings_file_is_reported() -> None:
    assert "<code>old</code> no longer has a settings file" in comment([], ["old"])


def test_changed_settings_are_shown_with_their_origin() -> None:
    now = Setting(("apps", "web", "image"), "web:2", "stacks/environments/dev.yaml:4")
    before = Setting(("apps", "web", "image"), "web:1", "stacks/environments/dev.yaml:4")
    text = comment(
        [_report(differences=[Difference("apps.web.image", now, before), Difference("a", None, before)])], []
    )
    assert 'apps.web.image: "web:1" → "web:2"  # stacks/environments/dev.yaml:4' in text
    assert 'a: "web:1" → –' in text


def test_text_never_becomes_markup() -> None:
    assert code("<b>`a`</b>\n|") == "<code>&lt;b&gt;`a`&lt;/b&gt; |</code>"
    assert escape("[a](http://b) @team #1") == r"\[a\]\(http://b\) \@team \#1"
    assert "&lt;/pre&gt;" in "\n".join(folded("t", ["</pre>"]))


def test_secrets_are_redacted_before_escaping() -> None:
    hidden.learn(["s_e*c`r<e>t"])
    assert escape("it is s_e*c`r<e>t") == rf"it is \{HIDDEN[:-1]}\]"
    assert code("s_e*c`r<e>t") == f"<code>{HIDDEN}</code>"
    assert HIDDEN in "\n".join(folded("t", ["s_e*c`r<e>t"]))


def test_a_long_comment_drops_its_last_blocks_with_a_note() -> None:
    blocks = "".join(f"<details>{number}{'x' * 50}</details>\n" for number in range(9))
    text = shorten(f"head\n{blocks}", 400)
    assert len(text) <= 400
    assert text.startswith("head\n<details>0")
    assert text.count("<details>") == text.count("</details>")
    assert "too long for a comment" in text
    assert shorten("short", 400) == "short"

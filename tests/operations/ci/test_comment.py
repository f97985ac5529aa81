"""The comment on a pull request, as text."""

from anykube.settings.effective import Difference, Setting
from anykube_cli.ci.comment import MARK, comment
from anykube_cli.ci.markdown import code, folded, said, short
from anykube_cli.ci.plan import Step
from anykube_cli.ci.pull_request import Told
from anykube_cli.ci.redact import HIDDEN, hidden
from anykube_cli.policies import Violation

_URN = "urn:pulumi:dev::anykube::kubernetes:apps/v1:Deployment::web-deployment"
_STEPS = [
    Step("+", "kubernetes:core/v1:Service", "web-service", ()),
    Step("±", "gcp:container/cluster:Cluster", "shop", ("location",)),
]


def _told(**more: object) -> Told:
    return Told("dev", "its settings: apps.web.image", **more)  # type: ignore[arg-type]


def test_a_stack_without_anything_against_it() -> None:
    text = comment([_told(steps=_STEPS[:1], where="on the real state")], [])
    assert text.startswith(f"{MARK}\n### Anykube: 1 stack is changed, nothing would stop them\n")
    assert "| <code>dev</code> | ✅ | its settings: apps.web.image | all kept | 1 to create |" in text
    assert "+ kubernetes:core/v1:Service web-service" in text


def test_what_is_replaced_is_seen_with_its_cause_outside_of_what_is_folded() -> None:
    text = comment([_told(steps=_STEPS)], [])
    assert "± gcp:container/cluster:Cluster shop: location" in text.partition("<details>")[0]


def test_each_thing_that_stops_is_told_and_counted() -> None:
    stopping = Violation("pod-privileged", _URN, True, "container app is privileged. Something. [CIS 1]")
    for told in (
        _told(mistakes=["stacks/environments/dev.yaml:3: apps.web.image: is missing"]),
        _told(steps=[], violations=[stopping]),
        _told(failed="it does not answer"),
        _told(steps=[], guarded=["shop, a cluster, would be replaced because of location"], guard_stops=True),
        _told(steps=[], rehearsed=False, rehearsal=["a step failed"]),
    ):
        assert told.stops
        text = comment([told], [])
        assert "1 would be stopped" in text
        assert "❌" in text.partition("#### ")[2]


def test_what_only_advises_stops_nothing() -> None:
    advised = Violation("pod-privileged", _URN, False, "container app is privileged")
    told = _told(steps=[], violations=[advised], guarded=["shop, a cluster, would be replaced"], rehearsed=True)
    assert not told.stops
    assert "| ✅ |" in comment([told], [])
    assert "⚠️" in comment([told], [])


def test_a_page_that_is_gone_is_told() -> None:
    assert "<code>old</code> has no page any more" in comment([], ["old"])


def test_settings_that_differ_are_told_with_where_they_are_from() -> None:
    now = Setting(("apps", "web", "image"), "web:2", "stacks/environments/dev.yaml:4")
    before = Setting(("apps", "web", "image"), "web:1", "stacks/environments/dev.yaml:4")
    text = comment([_told(differences=[Difference("apps.web.image", now, before), Difference("a", None, before)])], [])
    assert 'apps.web.image: "web:1" → "web:2"  # stacks/environments/dev.yaml:4' in text
    assert 'a: "web:1" → –' in text


def test_no_text_is_markup() -> None:
    assert code("<b>`a`</b>\n|") == "<code>&lt;b&gt;`a`&lt;/b&gt; |</code>"
    assert said("[a](http://b) @team #1") == r"\[a\]\(http://b\) \@team \#1"
    assert "&lt;/pre&gt;" in "\n".join(folded("t", ["</pre>"]))


def test_a_secret_is_hidden_before_it_is_escaped() -> None:
    hidden.learn(["s_e*c`r<e>t"])
    assert said("it is s_e*c`r<e>t") == rf"it is \{HIDDEN[:-1]}\]"
    assert code("s_e*c`r<e>t") == f"<code>{HIDDEN}</code>"
    assert HIDDEN in "\n".join(folded("t", ["s_e*c`r<e>t"]))


def test_a_long_comment_loses_its_last_blocks_and_says_so() -> None:
    blocks = "".join(f"<details>{number}{'x' * 50}</details>\n" for number in range(9))
    text = short(f"head\n{blocks}", 400)
    assert len(text) <= 400
    assert text.startswith("head\n<details>0")
    assert text.count("<details>") == text.count("</details>")
    assert "too long for a comment" in text
    assert short("short", 400) == "short"

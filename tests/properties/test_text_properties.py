"""Whatever the text: offsets lie inside it, words join to it, nothing hangs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.evidence import find_evidence
from sms_classifier.text.normalize import normalize
from sms_classifier.text.segment import cut

CHINESE = st.text(
    alphabet="您的借款逾期天还元凍结薇信加微v13812345678.·*_ ，。【】银行法院起诉请勿", max_size=200
)
TEXTS = st.one_of(st.text(max_size=200), CHINESE)


@settings(deadline=None)
@given(TEXTS)
def test_every_finding_lies_inside_the_message(text):
    for finding in find_evidence(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text


@settings(deadline=None)
@given(TEXTS)
def test_every_plain_character_has_a_place(text):
    message = normalize(text)
    for place in range(len(message.plain)):
        start, end = message.span(place, place + 1)
        assert 0 <= start < end <= len(text)


@settings(deadline=None)
@given(CHINESE)
def test_words_join_to_the_text(text):
    assert "".join(cut(text)) == text


def test_odd_strings_return():
    for text in (
        "\ud800" * 50,
        "\u0301" * 10_000,
        "\u202e还款\u202c",
        "欠" * 100_000,
        "1" * 100_000,
    ):
        find_evidence(text)

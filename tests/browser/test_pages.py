"""The page in a real Chromium: what a reader sees, and what a hostile message cannot do."""

import csv
import io
from itertools import pairwise

import pytest

from .conftest import PHONE, SHOTS

pytestmark = pytest.mark.e2e

TRAP = "【平安普惠】您的贷款已获批，请先缴纳保证金2000元到个人账户，联系13800001234"
BILL = "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期，请登录掌上生活App还款，如已还请忽略"
MENACE = "今天下午5点前不把12000元打过来，P好的图就群发你通讯录，让你爸妈同事都看看，别逼我"
BARE = "您的借款已严重逾期，请尽快联系0755-23456789处理，以免影响征信"
CHAT = "晚上一起吃饭吗？七点老地方见"
PAYLOADS = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "</textarea></p><svg onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "<a href=javascript:alert(1)>点这里</a><style>*{display:none}</style>",
    "\u202e<iframe src=//example.com>\u0000<base href=//example.com>",
]
PATHS = ["/", "/table", "/learn"]
PATHS += [f"/en{path}" for path in PATHS]


def check(page, text, sender=""):
    page.fill("#text", text)
    page.fill("#sender", sender)
    page.click("form.card button")
    page.wait_for_selector("h1#verdict, p.error")


@pytest.mark.parametrize(
    ("name", "text", "tone"),
    [("trap", TRAP, "fraudulent"), ("bill", BILL, "legitimate"), ("menace", MENACE, "fraudulent"), ("bare", BARE, "vague"), ("chat", CHAT, "other")],
)
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_paste(open_page, shoot, name, text, tone, viewport, lang):
    page = open_page("/" if lang == "zh" else "/en/", **({"viewport": viewport} if viewport else {}))
    check(page, text, "106900001234")
    assert tone in page.get_attribute("section.verdict", "class")
    for tag in page.query_selector_all("a.tag"):
        assert page.query_selector(tag.get_attribute("href")) is not None
    shoot(page, f"{name}-{lang}-{'phone' if viewport else 'desktop'}")


def test_marked_message_reads_as_given(open_page):
    page = open_page()
    check(page, TRAP)
    shown = page.evaluate(
        "() => { const p = document.querySelector('p.message').cloneNode(true);"
        " p.querySelectorAll('a.tag').forEach(a => a.remove()); return p.textContent }"
    )
    assert shown == TRAP


def test_whole_road_without_javascript(open_page, shoot, tmp_path):
    page = open_page("/", scripts=False)
    page.fill("#text", BARE)
    page.click("form.card button")
    page.wait_for_selector("h1#verdict")
    page.click("form.switch button")
    page.wait_for_url("**/en/")
    assert page.text_content("h1#verdict") == "Too little to check"
    page.click("nav a[href='/en/table']")
    (tmp_path / "a.csv").write_text(f"text\n{BARE}\n", "utf-8")
    page.set_input_files("#file", tmp_path / "a.csv")
    page.click("form.card button")
    page.wait_for_url("**/en/table/*")
    assert "1 rows" in page.text_content("main")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_upload_and_download(open_page, shoot, tmp_path, lang):
    prefix = "" if lang == "zh" else "/en"
    page = open_page(f"{prefix}/table")
    shoot(page, f"table-{lang}")
    source = tmp_path / "收到的 短信.csv"
    lines = [("编号", "短信内容"), *((f"00{i}", text) for i, text in enumerate([TRAP, BILL, BARE, MENACE, CHAT, ""]))]
    with source.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(lines)
    page.set_input_files("#file", source)
    page.click("form.card button")
    page.wait_for_url("**/table/*")
    shoot(page, f"result-{lang}")
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename == "收到的 短信-checked.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [(row["编号"], row["短信内容"]) for row in rows] == lines[1:]
    assert [row["label"] for row in rows][:3] == ["fraudulent", "legitimate", "vague"]
    page.click("form.card button")
    page.wait_for_url("**/table")


def test_faults_are_told_in_place(open_page, shoot, tmp_path):
    page = open_page("/table")
    (tmp_path / "a.csv").write_text("编号,名称\n1,2\n", "utf-8")
    page.set_input_files("#file", tmp_path / "a.csv")
    page.click("form.card button")
    assert "no column named" in page.text_content("p.error[role=alert]")
    shoot(page, "table-error")
    page = open_page("/")
    check(page, "好" * 10_001)
    assert page.get_attribute("#text", "aria-invalid") == "true"
    assert page.input_value("#text") == "好" * 10_001
    page = open_page("/nothing-here")
    shoot(page, "not-found")
    assert page.query_selector("h1") is not None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_inert(open_page, shoot, payload, tmp_path):
    """Nothing runs, nothing is fetched, nothing becomes an element (see also open_page's end)."""
    page = open_page()
    for text, sender in ((payload + TRAP, payload), (payload + "好" * 10_001, payload)):
        page.goto(page.url.split("/table")[0])
        check(page, text, sender)
        page.wait_for_timeout(100)
        assert page.title() != "owned"
        assert page.query_selector_all("script, img, svg, iframe, base, main style, [onfocus]") == []
        assert page.is_visible("main")
    if page.query_selector("p.message"):
        assert payload.replace("\0", "\ufffd") in page.text_content("p.message")
    name = "".join(char for char in payload if char not in "/\0")[:60] + ".csv"
    page.goto(page.url.rstrip("/") + "/table")
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": f'text,"{payload.replace(chr(34), "")}"\n{TRAP},1\n'.encode()})
    page.fill("#column", payload + "?")
    page.click("form.card button")
    page.wait_for_selector("p.error")
    page.fill("#column", "text")
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": f"text\n{TRAP}\n".encode()})
    page.click("form.card button")
    page.wait_for_url("**/table/*")
    page.wait_for_timeout(100)
    assert page.title() != "owned"
    assert page.query_selector_all("script, img, svg, iframe, base, main style, [onfocus]") == []


def test_inert_payload_on_a_picture(open_page, shoot):
    page = open_page()
    check(page, PAYLOADS[4] + PAYLOADS[1] + TRAP)
    shoot(page, "payload")


@pytest.mark.parametrize("width", [320, 360, 414])
@pytest.mark.parametrize("path", PATHS)
def test_no_sideways_scrolling_on_a_phone(open_page, shoot, path, width):
    page = open_page(path, viewport={"width": width, "height": 740})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    if width == PHONE["width"]:
        shoot(page, f"page{path.replace('/', '-').rstrip('-')}-phone")
    if path in ("/", "/en/"):
        check(page, TRAP + "http://" + "a" * 300 + ".example.com/" + "b" * 300)
        assert page.evaluate(wide) <= 0


@pytest.mark.parametrize("path", PATHS)
def test_controls_have_labels_and_pages_landmarks(open_page, shoot, path):
    page = open_page(path)
    shoot(page, f"page{path.replace('/', '-').rstrip('-')}-desktop")
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('input:not([type=hidden]), textarea, button, a')]"
        ".filter(e => !(e.labels && e.labels.length) && !e.textContent.trim() && !e.ariaLabel)"
        ".map(e => e.outerHTML)"
    )
    assert unnamed == []
    assert len(page.query_selector_all("h1")) == 1
    for landmark in ("header", "nav[aria-label]", "main", "footer"):
        assert page.query_selector(landmark)
    assert page.get_attribute("html", "lang") == ("en" if path.startswith("/en") else "zh-CN")
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = page.evaluate("() => [...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1])")
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c.slice(0, 3) } return [255, 255, 255] };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push([e.tagName, e.className, ratio.toFixed(2)]);
  }
  return poor }"""


@pytest.mark.parametrize("text", [None, TRAP, BILL, BARE, CHAT, MENACE])
def test_contrast(open_page, text):
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3 AA) for every text on the page."""
    page = open_page("/learn" if text is None else "/")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    if text:
        check(page, text, "95588")
        page.click("summary")
    assert page.evaluate(CONTRAST) == []


def test_marks_differ_by_more_than_colour(open_page):
    """Each group has its own line and its own sign, and every mark a word."""
    page = open_page()
    check(page, MENACE + TRAP)
    lines = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('mark')]"
        ".map(e => [e.className, getComputedStyle(e).borderBottomStyle]))"
    )
    assert set(lines) >= {"risk", "conduct", "disclosure"}
    assert len(set(lines.values())) == len(lines)
    signs = {tag.text_content()[0]: tag.get_attribute("class") for tag in page.query_selector_all("p.message a.tag")}
    assert len(set(signs.values())) == len(signs) >= 3


def test_keyboard_only(open_page, shoot):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.insert_text(TRAP)
    page.keyboard.press("Tab")
    page.keyboard.type("95588")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert int(outline.removesuffix("px")) >= 2
    page.keyboard.press("Enter")
    page.wait_for_selector("h1#verdict")
    while not page.evaluate("document.activeElement.classList.contains('tag')"):
        page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()


def test_trap_example_can_be_tried(open_page):
    page = open_page("/learn")
    page.click("#trap-2 summary")
    page.click("#trap-2 button")
    page.wait_for_selector("h1#verdict")
    assert page.text_content("h1#verdict") == "有诈骗特征"


def test_picture_for_the_documents(open_page):
    """docs/images/page.png is a copy of artifacts/e2e/docs-page.png."""
    page = open_page(viewport={"width": 760, "height": 1120})
    check(page, TRAP, "106900001234")
    page.screenshot(path=SHOTS / "docs-page.png")
    assert (SHOTS / "docs-page.png").stat().st_size < 200_000

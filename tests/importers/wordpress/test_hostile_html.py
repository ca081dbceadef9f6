"""Whatever stands in an article: safe, bounded in time and depth, and the words are still there."""

import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from allmende.importers.wordpress.html import convert
from allmende.importers.wordpress.inline import plain

pytestmark = pytest.mark.no_database

ALLOWED = {"a", "b", "i", "s", "code", "sub", "sup", "br"}
HTML_FIELDS = {"html", "caption", "rows", "items"}
WEB_FIELDS = {"url", "link"}
PLACES = [
    "{}",
    "<p>{}</p>",
    "<h2>{}</h2>",
    "<blockquote>{}<cite>{}</cite></blockquote>",
    "<ul><li>{}</li></ul>",
    "<table><caption>{}</caption><tr><th>{}</th><td>{}</td></tr></table>",
    "<figure><img src='https://x.example/a.jpg' alt='{}'><figcaption>{}</figcaption></figure>",
    "<pre>{}</pre>",
    "<a href='{}'>x</a>",
    "<img src='{}' alt='x'>",
    "<iframe src='{}'></iframe>",
    "[caption id='{}']<img src='https://x.example/a.jpg'>{}[/caption]",
    "[gallery ids='{}']",
    "[embed]{}[/embed]",
    '<!-- wp:x/y {{"text":"eins zwei drei vier {}"}} /-->',
]
ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "https://x.example/' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import 'https://x.example'</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<b onclick=alert(1) style='x:expression(1)'>x</b>",
    "<object data='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><button formaction='javascript:alert(1)'>x",
    "<base href='https://x.example/'><meta http-equiv=refresh content='0;url=javascript:1'>",
]


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a block, with the name of the field it stands in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), field.name)


def assert_safe(content: str) -> None:
    for block in convert(content, base="https://bote.example/a").blocks:
        for name, text in texts(block):
            if name in HTML_FIELDS:
                assert_clean_html(text)
            elif name in WEB_FIELDS and text:
                assert re.fullmatch(r"https?://[^\s<>\"']+", text)
        if rendered := getattr(block, "html", ""):
            assert_clean_html(rendered)


def assert_clean_html(text: str) -> None:
    for tag in BeautifulSoup(text, "html.parser").find_all(True):
        assert tag.name in ALLOWED
        assert set(tag.attrs) <= ({"href"} if tag.name == "a" else set())
        assert re.match(r"(https?://|mailto:|tel:)", str(tag.attrs.get("href", "https://")))


def shown(content: str) -> str:
    return " ".join(
        plain(text) if name in HTML_FIELDS else text
        for block in convert(content).blocks
        for name, text in texts(block)
    )


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", PLACES)
def test_attack_in_every_place(place: str, attack: str) -> None:
    assert_safe(place.format(*[attack] * 3))


FRAGMENTS = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from([place.replace("{}", "wort") for place in PLACES]),
    st.from_regex(
        r"</?(p|b|i|em|a|li|ul|ol|td|th|tr|table|pre|h2|div|figure|figcaption|blockquote|cite|q|br|"
        r"dt|svg|code)( (class|href|on[a-z]{1,5})=(\"[a-z:]{0,9}\"|'x|y))?/?>?",
        fullmatch=True,
    ),
    st.sampled_from(
        ["\n", "\n\n", "<!--", "-->", "<!-- wp:x -->", "[caption]", "[/caption]", "&#x"]
    ),
    st.text(max_size=12),
)


@example(".HTM")  # looks like the name of a file
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_any_mixture_is_safe(content: str) -> None:
    assert_safe(content)


OPENINGS = [
    "<p>",
    "<div>",
    "<ul><li>",
    "<table><tr><td>",
    "<td>",
    "<blockquote>",
    "<figure>",
    "<li>",
]
OPENINGS += [
    "<figcaption>",
    "<b>",
    "<a href='https://x.example'>",
    "<h2>",
    "<pre>",
    "<cite>",
    "<dt>",
]
OPENINGS += ["</p>", "</div>", "</ul>", "</table>", "</td>", "</blockquote>", "</figure>", "</li>"]
OPENINGS += [
    "</b>",
    "</a>",
    "</h2>",
    "</pre>",
    "</cite>",
    "<br>",
    "<hr>",
    "\n\n",
    "\n",
    "<q>",
    "<u>",
]
OPENINGS += [
    "<caption>",
    "<th>",
    "<thead>",
    "<tfoot>",
    "<tr>",
    "[caption]",
    "[/caption]",
    "[x y=1]",
]
OPENINGS += ["<!-- wp:x -->", "<!-- /wp:x -->", "<summary>", "<img src='https://x.example/a.jpg'>"]


@given(st.lists(st.sampled_from(OPENINGS), max_size=40))
def test_no_word_is_lost_among_any_tags(markup: list[str]) -> None:
    content = "".join(f"{tag} wort{number:03} " for number, tag in enumerate(markup))
    words = re.findall(r"wort\d{3}", shown(content))
    assert sorted(words) == [f"wort{number:03}" for number in range(len(markup))]


N = 20_000
BOMBS = {
    "unclosed tags": "<a " * N,
    "unclosed attributes": '<a x="' * N,
    "unclosed comments": "<!--" * N,
    "brackets": "[" * N,
    "unclosed shortcodes": "[gallery x='" * N,
    "unclosed captions": "[caption x" * N,
    "references": "&#x" * N,
    "deep div": "<div>x" * N,
    "deep lists": "<ul><li>x" * N,
    "deep tables": "<table><tr><td>x" * N,
    "deep quotations": "<blockquote>x" * N,
    "deep emphasis": "".join(f"<b id={n}><i><font x={n}>x" for n in range(N)),
    "wide table": "<table><tr>" + "<td colspan=9999 rowspan=9999>x" * N,
    "long link over many paragraphs": f"<a href='https://x.example/{'y' * 1900}'>" + "x\n\n" * N,
    "deep block settings": "<!-- wp:x/y " + '{"a":' * N + "/-->",
    "one line": "http://x.example/" * N,
    "empty lines": "\n " * N,
    "dashes before a speaker": "<blockquote>x" + "-<br> " * N + "<cite>y</cite>",
    "stray ends": "<td></blockquote></li><ul><figure></table>x" * N,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_costs_little_time_and_memory(name: str) -> None:
    started = time.process_time()
    body = convert(BOMBS[name], reused={})
    # Linear work takes a second at most here; quadratic work would take minutes.
    assert time.process_time() - started < 10
    written = sum(len(text) for block in body.blocks for _, text in texts(block))
    assert written < 4 * len(BOMBS[name]) + 100_000

import pytest

from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    File,
    Gallery,
    Intertitle,
    ListBlock,
    ListItem,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quotation,
    Separator,
    Table,
)
from allmende.importers.wordpress.html import convert, inline_text
from allmende.importers.wordpress.media import film

pytestmark = pytest.mark.no_database
PICTURE = "https://bote.example/aue.jpg"


def blocks(content: str) -> list[Block]:
    return list(convert(content, base="https://bote.example/2019/artikel/").blocks)


def html(content: str) -> list[str]:
    found = blocks(content)
    assert all(isinstance(block, Paragraph) for block in found), found
    return [block.html for block in found if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        ("", []),
        ("&nbsp;\n\n<p> </p>", []),
        ("Eins.\n\nZwei.", ["Eins.", "Zwei."]),
        ("Eins.\r\n\r\n\r\nZwei.", ["Eins.", "Zwei."]),
        ("Eins,\nzwei.", ["Eins,<br>zwei."]),
        ("Eins,<br />\nzwei.", ["Eins,<br>zwei."]),
        ("Eins.<br><br>Zwei.", ["Eins.", "Zwei."]),
        ("<p>Eins.</p>\n<p>Zwei.</p>", ["Eins.", "Zwei."]),
        ("<div>Eins.</div>Zwei.", ["Eins.", "Zwei."]),
        ("<b>Eins.\n\nZwei.</b>", ["<b>Eins.</b>", "<b>Zwei.</b>"]),
        ("<p>Un<b>geschlossen</p><p>Weiter", ["Un<b>geschlossen</b>", "<b>Weiter</b>"]),
        ("<b>eins <i>zwei</b> drei</i>", ["<b>eins <i>zwei</i></b> <i>drei</i>"]),
        ("<strong>a <b>b</b> c</strong>", ["<b>a b c</b>"]),
        ("a<b> b </b>c", ["a <b>b</b> c"]),
        ("H<sub>2</sub>O, <del>alt</del>, <kbd>Strg</kbd>", None),
        ("<span style='x'>Text</span> <u>u</u>", ["Text u"]),
        ("<q>Ja</q>, sagte sie", ["“Ja”, sagte sie"]),
        ("5 < 6 & 7 > 2 <3", ["5 &lt; 6 &amp; 7 &gt; 2 &lt;3"]),
        ("Ende <b", ["Ende &lt;b"]),
        ("Ende <a href='x", ["Ende &lt;a href='x"]),
        ("a <!-- weg --> b <!-- offen", ["a b &lt;!-- offen"]),
        ("a <?php weg ?> b", ["a b"]),
        ("a<script>x()</script>b<style>p{}</style>c", ["abc"]),
        ("a<SCRIPT>x('</p>')</SCRIPT >b", ["ab"]),
        ("<script>niemals", []),
        ("<textarea>Text</textarea><button>Knopf</button>", ["Text", "Knopf"]),
        ("<select><option>A<option>B</select>", ["A B"]),
        ("<unbekannt>Text</unbekannt>", ["Text"]),
        ("<svg><text>Achse</text></svg>", ["Achse"]),
        ("מתחיל <b>עברית</b> 🦢", ["מתחיל <b>עברית</b> 🦢"]),
        ("a\u00a0b", ["a\u00a0b"]),
        ("Nein [sic] und [foo bar]", ["Nein [sic] und [foo bar]"]),
    ],
)
def test_paragraphs(content: str, paragraphs: list[str] | None) -> None:
    expected = ["H<sub>2</sub>O, <s>alt</s>, <code>Strg</code>"]
    assert html(content) == (expected if paragraphs is None else paragraphs)


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&amp;b=2"),
        ("mailto:post@example.org", "mailto:post@example.org"),
        ("tel:+49123", "tel:+49123"),
        ("/impressum", "https://bote.example/impressum"),
        ("//example.org/x", "https://example.org/x"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("#fn1", None),
        ("", None),
        ("javascript:alert(1)", None),
        (" JaVaScRiPt&#58;alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("https://", None),
        ("https://[", "https://["),
        ("//[", None),
        ("https://example.org/" + "x" * 3000, None),
    ],
)
def test_links(href: str, kept: str | None) -> None:
    [found] = html(f'<a href="{href}" onclick="x()" style="y">Wort</a>')
    if kept == "https://[":  # whatever becomes of it, the word stays
        assert "Wort" in found
    else:
        assert found == (f'<a href="{kept}">Wort</a>' if kept else "Wort")


def test_refused_link_is_noted() -> None:
    assert convert('<a href="javascript:x">W</a>').notes == (Note("address", "javascript:x"),)


def test_two_buttons_side_by_side_are_two_words() -> None:
    found = html('<a href="https://a.example">Datei</a><a href="https://b.example">Laden</a>')
    assert found == ['<a href="https://a.example">Datei</a> <a href="https://b.example">Laden</a>']


def test_intertitle() -> None:
    assert blocks("<h2 class='x'>Das <em>Tal</em> &amp; wir</h2>Text") == [
        Intertitle("Das Tal & wir", 2),
        Paragraph("Text"),
    ]


def test_intertitle_that_never_ends_is_text() -> None:
    [found] = blocks("<h3>" + "Wort " * 100)
    assert isinstance(found, Paragraph)


@pytest.mark.parametrize(
    ("content", "quotation"),
    [
        ("<blockquote>Satz.</blockquote>", Quotation("Satz.")),
        ("<blockquote><p>A.</p><p>B.</p></blockquote>", Quotation("A.<br><br>B.")),
        ("<blockquote><p>A.</p><cite>Jana <b>R</b></cite></blockquote>", Quotation("A.", "Jana R")),
        ("<blockquote>A.\n<br>— <cite>Jana</cite></blockquote>", Quotation("A.", "Jana")),
        ("<blockquote>A <cite>Buch</cite> ist</blockquote>", Quotation("A <i>Buch</i> ist")),
        ("<blockquote><cite>Nur das</cite></blockquote>", Quotation("<i>Nur das</i>")),
        (
            "<figure class='wp-block-pullquote'><blockquote><p>A.</p><cite>J</cite></blockquote>"
            "</figure>",
            Quotation("A.", "J", pulled=True),
        ),
    ],
)
def test_quotation(content: str, quotation: Quotation) -> None:
    assert blocks(content) == [quotation]


def test_list_inside_a_quotation_follows_it() -> None:
    assert blocks("<blockquote>A.<ul><li>x</li></ul>B.</blockquote>") == [
        Quotation("A."),
        ListBlock((ListItem("x"),)),
        Quotation("B."),
    ]


def test_nested_list_is_flat_with_levels() -> None:
    assert blocks("<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul>\nc</li><li><p>d</p><p>e</p></ol>") == [
        ListBlock(
            (ListItem("a"), ListItem("b", 1), ListItem("c"), ListItem("d<br>e")), ordered=True
        )
    ]


def test_list_without_item_tags_or_with_pictures() -> None:
    assert blocks(f"<ul>lose<li>x <img src='{PICTURE}'></li></ul>") == [
        ListBlock((ListItem("x"), ListItem("lose"))),
        Picture(PICTURE),
    ]


def test_table() -> None:
    content = (
        "<table><caption>Pegel</caption><thead><tr><th>Ort<th>cm</thead>"
        "<tfoot><tr><td>Mittel<td>3</tfoot>"
        "<tbody><tr><th>Oberau</th><td><p>4</p><p><b>hoch</b></p></td></tr></tbody></table>"
    )
    rows = (("Ort", "cm"), ("Oberau", "4<br><b>hoch</b>"), ("Mittel", "3"))
    assert blocks(content) == [Table(rows, header_row=True, caption="Pegel")]


def test_table_with_row_headers_and_merged_cells() -> None:
    content = (
        "<table><tr><th rowspan=2>A</th><td colspan=2>1</td></tr>"
        "<tr><td>2</td><td>3</td></tr><tr><th>B</th></tr></table>"
    )
    [table] = blocks(content)
    assert isinstance(table, Table)
    assert table.rows == (("A", "1", ""), ("", "2", "3"), ("B", "", ""))
    assert not table.header_row


def test_table_for_layout_dissolves() -> None:
    content = f"<table><tr><td><h2>T</h2><img src='{PICTURE}'>Text</td></tr></table>"
    assert blocks(content) == [Intertitle("T", 2), Picture(PICTURE), Paragraph("Text")]


def test_text_between_the_parts_of_a_table_is_kept() -> None:
    assert blocks("<table>vorn<tr>mitte<td>a<td>b</table>") == [
        Paragraph("vorn"),
        Paragraph("mitte"),
        Table((("a", "b"),)),
    ]


@pytest.mark.parametrize(
    ("content", "picture"),
    [
        (f"<img src='{PICTURE}' alt='Die  Aue'>", Picture(PICTURE, "Die Aue")),
        ("<img src='/aue.jpg'>", Picture(PICTURE)),
        (f"<img class='wp-image-12' src='{PICTURE}'>", Picture(PICTURE, attachment_id="12")),
        (f"<a href='{PICTURE}?x'><img src='{PICTURE}'></a>", Picture(PICTURE)),
        (
            f"<a href='https://x.example/'><img src='{PICTURE}'></a>",
            Picture(PICTURE, link="https://x.example/"),
        ),
        (
            f"<figure><img src='{PICTURE}'/><figcaption>Die <b>Aue</b></figcaption></figure>",
            Picture(PICTURE, caption="Die <b>Aue</b>"),
        ),
        (
            f'[caption id="attachment_1" width="9"]<img src="{PICTURE}" /> Die Aue[/caption]',
            Picture(PICTURE, caption="Die Aue"),
        ),
        (
            f'[caption width="9" caption="Die <b>Aue</b>"]<img src="{PICTURE}" />[/caption]',
            Picture(PICTURE, caption="Die <b>Aue</b>"),
        ),
        (
            f"<div class='wp-caption'><img src='{PICTURE}'><p class=x>Die Aue</p></div>",
            Picture(PICTURE, caption="Die Aue"),
        ),
        (
            f"<img src='data:image/gif;base64,R0' data-src='{PICTURE}'>"
            f"<noscript><img src='{PICTURE}'></noscript>",
            Picture(PICTURE),
        ),
        (
            f"<div class='wp-block-cover' style='background-image:url({PICTURE})'></div>",
            Picture(PICTURE),
        ),
    ],
)
def test_picture(content: str, picture: Picture) -> None:
    assert blocks(content) == [picture]


def test_picture_inside_text_parts_it() -> None:
    assert blocks(f"vor <img src='{PICTURE}'> nach") == [
        Paragraph("vor"),
        Picture(PICTURE),
        Paragraph("nach"),
    ]


def test_picture_that_cannot_be_had_leaves_its_words() -> None:
    body = convert("Hier: <img src='file:///c:/a.jpg' alt='die Mühle'>")
    assert body.blocks == (Paragraph("Hier: die Mühle"),)
    assert body.notes == (Note("address", "file:///c:/a.jpg"),)


def test_smiley_is_text() -> None:
    assert html(f"Schön <img class='wp-smiley' src='{PICTURE}' alt=':-)'>!") == ["Schön :-)!"]


@pytest.mark.parametrize(
    "pixel",
    [
        "<img src='https://vg07.met.vgwort.de/na/0a1b' alt=''>",
        "<img src='https://count.example/x.gif' width='1' height='1px'>",
    ],
)
def test_counting_pixel_is_left_out_and_noted(pixel: str) -> None:
    body = convert(f"Text {pixel}")
    assert body.blocks == (Paragraph("Text"),)
    assert [note.kind for note in body.notes] == ["tracking-pixel"]


def test_galleries() -> None:
    figure = f"<figure><img src='{PICTURE}'><figcaption>A</figcaption></figure>"
    other = "https://bote.example/b.jpg"
    items = f"<li><figure><img src='{PICTURE}'></figure></li><li><img src='{other}'></li>"
    block = "<figure class='wp-block-gallery'>{}<figcaption>Alle</figcaption></figure>"
    assert blocks(block.format(figure)) == [
        Gallery((Picture(PICTURE, caption="A"),), caption="Alle")
    ]
    assert blocks(f"<ul class='wp-block-gallery'>{items}</ul>") == [
        Gallery((Picture(PICTURE), Picture(other)))
    ]
    assert blocks('[gallery ids="4, 5"]') == [Gallery(attachment_ids=("4", "5"))]
    assert blocks("Vor [gallery columns=2] nach") == [
        Paragraph("Vor"),
        Gallery(attached=True),
        Paragraph("nach"),
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[[gallery]] schreibt man so", "[gallery] schreibt man so"),
        ("[video]", "[video]"),
        ("[caption]halb", "[caption]halb"),
        ("ganz[/caption]", "ganz[/caption]"),
        ("[contact-form-7 id=1 title='X']", "[contact-form-7 id=1 title='X']"),
    ],
)
def test_shortcodes_that_stay_text(content: str, text: str) -> None:
    assert html(content) == [text]


def test_shortcode_of_a_stranger_is_noted() -> None:
    assert convert("[box color=red]Text[/box] [sic]").notes == (Note("shortcode", "box"),)


URL = "https://film.example/v?x=1&y=2"


@pytest.mark.parametrize(
    "content",
    [
        URL,
        f"\n\n{URL}\n\n",
        f"[embed]{URL}[/embed]",
        f"[audio {URL}]",
        f'[video width="1" mp4="{URL}"][/video]',
        f"<iframe src='{URL}'></iframe>",
        f"<video src='{URL}'></video>",
        f"<audio><source src='{URL}'></audio>",
        f"<object data='{URL}'><param name='movie' value='{URL}'><embed src='{URL}'></object>",
        f'<!-- wp:embed {{"url":"{URL}"}} /-->',
        f"<figure class='wp-block-embed'><div>\n{URL}\n</div></figure>",
    ],
)
def test_embed_is_a_link(content: str) -> None:
    found = blocks(content)
    assert found == [Embed(URL)]
    link = "https://film.example/v?x=1&amp;y=2"
    assert [getattr(block, "html", "") for block in found] == [f'<a href="{link}">{link}</a>']


POSTER, TRACK = "https://film.example/a.jpg", "https://film.example/a.vtt"


@pytest.mark.parametrize(
    "content",
    [
        f"<video poster='{POSTER}' src='{URL}'><track kind='captions' src='{TRACK}'></video>",
        f"<video poster='{POSTER}'><source src='{URL}'><source src='{URL}&z'>"
        f"<track kind='descriptions' src='{POSTER}'><track src='{TRACK}'></video>",
    ],
)
def test_film_with_its_still_and_captions(content: str) -> None:
    assert blocks(content) == [Embed(URL, poster=POSTER, track=TRACK)]


def test_film_of_a_shortcode_with_its_still() -> None:
    content = f'[video mp4="{URL}" poster="{POSTER}"][/video]'
    assert blocks(content) == [Embed(URL, poster=POSTER)]


@pytest.mark.parametrize(
    ("inside", "button", "after"),
    [
        (
            "<a href='{0}'>Programm</a><a href='{0}' class='wp-block-file__button'>Laden</a>",
            "Laden",
            "",
        ),
        ("<object data='{0}' type='application/pdf'></object><a href='{0}'>Programm</a>", "", ""),
        ("<div><a href='{0}'>Programm</a></div> <p>Seite 3</p>", "", "Seite 3"),
    ],
)
def test_file_block(inside: str, button: str, after: str) -> None:
    content = f"<!-- wp:file --><div class='wp-block-file'>{inside.format(URL)}</div>"
    found = blocks(f"{content}<!-- /wp:file -->\n\nDanach.")
    expected = [
        File(URL, "Programm", button),
        *([Paragraph(after)] * bool(after)),
        Paragraph("Danach."),
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("url", "watch"),
    [
        (
            "https://www.youtube.com/embed/abcdefgh?rel=0",
            "https://www.youtube.com/watch?v=abcdefgh",
        ),
        (
            "https://www.youtube-nocookie.com/embed/abcdefgh",
            "https://www.youtube.com/watch?v=abcdefgh",
        ),
        ("https://player.vimeo.com/video/123?h=1", "https://vimeo.com/123"),
        ("https://youtu.be/abcdefgh", "https://youtu.be/abcdefgh"),
        ("https://tube.example/videos/embed/9c9d", "https://tube.example/videos/embed/9c9d"),
        ("https://a.example/film.MP4", "https://a.example/film.MP4"),
        ("https://www.youtube.com/", ""),
        ("https://notyoutube.com/watch?v=1", ""),
        ("https://twitter.example/status/1", ""),
    ],
)
def test_film_is_known_by_its_address(url: str, watch: str) -> None:
    assert film(url) == watch


def test_embed_on_a_line_of_its_own() -> None:
    assert blocks(f"Seht:\n{URL}\nSchön.") == [Paragraph("Seht:"), Embed(URL), Paragraph("Schön.")]


def test_preformatted_keeps_lines_and_loses_nothing() -> None:
    content = "<pre>\n  a &lt; b\n\n    <i>c</i><br>[gallery]</pre><pre><code>x\ny</code></pre>"
    assert blocks(content) == [
        Preformatted("  a &lt; b\n\n    <i>c</i>\n[gallery]"),
        Preformatted("x\ny", code=True),
    ]


def test_separator_and_definition_list() -> None:
    assert blocks("a<hr>b<dl><dt>Wort</dt><dd>Sinn</dd></dl>") == [
        Paragraph("a"),
        Separator(),
        Paragraph("b"),
        Paragraph("<b>Wort</b>"),
        Paragraph("Sinn"),
    ]


def test_block_content_has_no_meaning_in_line_breaks() -> None:
    content = (
        "<!-- wp:paragraph -->\n<p>Eins\nzwei\n\ndrei</p>\n<!-- /wp:paragraph -->\n\nVier\nfünf"
    )
    assert html(content) == ["Eins zwei drei", "Vier<br>fünf"]


def test_block_of_a_plug_in_keeps_its_sentences() -> None:
    content = (
        '<!-- wp:acme/voice {"className":"one two three four","data":{"text":'
        '"Das <b>Wehr</b> bleibt wie es ist."},"n":1} /-->'
    )
    body = convert(content)
    assert body.blocks == (Paragraph("Das <b>Wehr</b> bleibt wie es ist."),)
    assert body.notes == (Note("dynamic-block", "acme/voice"),)


def test_reused_blocks_are_put_in() -> None:
    content = 'a<!-- wp:block {"ref":12} /-->b<!-- wp:block {"ref":13} /-->'
    body = convert(content, reused={"12": "<p>Kasten</p>"})
    assert body.blocks == (Paragraph("a"), Paragraph("Kasten"), Paragraph("b"))
    assert body.notes == (Note("reused-block", "13"),)


def test_reused_block_inside_itself_ends() -> None:
    loop = 'x<!-- wp:block {"ref":1} /--><!-- wp:block {"ref":1} /-->'
    assert len(convert(loop, reused={"1": loop}).blocks) < 100


@pytest.mark.parametrize("place", ["<!-- wp:footnotes /-->", ""])
def test_footnotes(place: str) -> None:
    body = convert(f'Satz<sup><a href="#f">1</a></sup>.{place}', footnotes={"f": "Aus <i>x</i>"})
    assert body.blocks == (
        Paragraph("Satz<sup>1</sup>."),
        ListBlock((ListItem("Aus <i>x</i>"),), ordered=True),
    )


@pytest.mark.parametrize(
    "comment", ["<!-- wp:x {[ -->", "<!-- wp: /-->", "<!-- /wp:x -->", "<!---->"]
)
def test_damaged_delimiters_do_no_harm(comment: str) -> None:
    assert html(f"{comment}<p>Text</p>") == ["Text"]


def test_inline_text_of_anything() -> None:
    assert inline_text("<h2>T</h2><ul><li>a<li>b</ul>c") == "<b>T</b><br>a<br>b<br>c"

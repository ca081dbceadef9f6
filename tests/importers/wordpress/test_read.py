from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from allmende.importers.wordpress.export import (
    Author,
    Category,
    Comment,
    Export,
    Item,
    Kind,
    Label,
    Tag,
)
from allmende.importers.wordpress.read import read
from tests.importers.wordpress.samples import (
    ARTICLE,
    entries,
    export,
    field,
    item,
    label,
    meta,
    only_item,
)

pytestmark = pytest.mark.no_database


def test_head_comes_first() -> None:
    [head, _] = entries(export(item()))
    assert head == Export(
        title="Auentaler Bote",
        link="https://bote.example",
        description="Die Zeitung",
        language="de-DE",
        base_site_url="https://bote.example/",
        base_blog_url="https://bote.example/blog",
        wxr_version="1.2",
    )


def test_head_of_an_export_without_entries() -> None:
    [head] = entries(export())
    assert isinstance(head, Export)


def test_author_category_and_tag() -> None:
    author = "".join(
        field(f"wp:author_{name}", value)
        for name, value in {"id": "3", "login": "jana", "display_name": "Jana Reuter"}.items()
    )
    category = (
        "<wp:category><wp:term_id>5</wp:term_id><wp:category_nicename>tal</wp:category_nicename>"
        "<wp:category_parent>region</wp:category_parent>"
        "<wp:cat_name><![CDATA[Tal & Dörfer]]></wp:cat_name></wp:category>"
    )
    tag = "<wp:tag><wp:tag_slug>aue</wp:tag_slug><wp:tag_name>Aue</wp:tag_name></wp:tag>"
    assert entries(export(f"<wp:author>{author}</wp:author>", category, tag))[1:] == [
        Author(foreign_id="3", login="jana", name="Jana Reuter"),
        Category(foreign_id="5", slug="tal", name="Tal & Dörfer", parent="region"),
        Tag(foreign_id="aue", slug="aue", name="Aue"),
    ]


def test_general_terms_of_known_taxonomies() -> None:
    term = "<wp:term><wp:term_id>9</wp:term_id><wp:term_taxonomy>{}</wp:term_taxonomy>"
    term += "<wp:term_slug>s</wp:term_slug><wp:term_name>N</wp:term_name></wp:term>"
    parts = [term.format(name) for name in ("category", "post_tag", "nav_menu")]
    assert entries(export(*parts))[1:] == [Category("9", "s", "N"), Tag("9", "s", "N")]


def test_category_named_again_as_a_term_is_one() -> None:
    category = "<wp:category><wp:term_id>9</wp:term_id><wp:category_nicename>s"
    category += "</wp:category_nicename><wp:cat_name>N</wp:cat_name></wp:category>"
    term = "<wp:term><wp:term_id>9</wp:term_id><wp:term_taxonomy>category</wp:term_taxonomy>"
    term += "<wp:term_slug>s</wp:term_slug><wp:term_name>N</wp:term_name></wp:term>"
    assert entries(export(category, term))[1:] == [Category("9", "s", "N")]


def test_item_with_every_field() -> None:
    inside = (
        label("category", "tal", "Tal")
        + label("post_tag", "aue", "Aue")
        + label("post_format", "post-format-quote", "Zitat")
        + meta("_thumbnail_id", "88")
        + meta("_wp_old_slug", "hochwasser")
        + meta("footnotes", '[{"content": "Protokoll, S. 4", "id": "f1"}]')
        + "<wp:comment><wp:comment_id>4</wp:comment_id><wp:comment_author>Max</wp:comment_author>"
        "<wp:comment_author_email>max@example.org</wp:comment_author_email>"
        "<wp:comment_date_gmt>2019-03-01 12:00:00</wp:comment_date_gmt>"
        "<wp:comment_content>Danke!</wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
        "<wp:comment_parent>0</wp:comment_parent></wp:comment>"
    )
    fields = {"wp:is_sticky": "1", "wp:menu_order": "3", "wp:post_parent": "2"}
    assert only_item(export(item(fields, inside=inside))) == Item(
        kind=Kind.POST,
        post_type="post",
        foreign_id="7",
        title="Der Fluss steigt",
        slug="der-fluss-steigt",
        link="https://bote.example/2019/03/der-fluss-steigt/",
        author="jana",
        published_at=datetime(2019, 3, 1, 8, 30, tzinfo=UTC),
        modified_at=datetime(2019, 3, 2, 9, 0, tzinfo=UTC),
        status="publish",
        content="Erster Absatz.\n\nZweiter Absatz.",
        excerpt="Kurz.",
        categories=(Label("category", "tal", "Tal"),),
        tags=(Label("post_tag", "aue", "Aue"),),
        labels=(Label("post_format", "post-format-quote", "Zitat"),),
        parent_id="2",
        menu_order=3,
        sticky=True,
        thumbnail_id="88",
        old_slugs=("hochwasser",),
        footnotes={"f1": "Protokoll, S. 4"},
        comments=(Comment("4", "Max", "Danke!", datetime(2019, 3, 1, 12, tzinfo=UTC), True),),
    )


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_of_the_format(version: str) -> None:
    assert only_item(export(item(), version=version)).content.startswith("Erster")


@pytest.mark.parametrize(
    ("post_type", "kind"),
    [
        ("post", Kind.POST),
        ("page", Kind.PAGE),
        ("attachment", Kind.ATTACHMENT),
        ("nav_menu_item", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_kinds(post_type: str, kind: Kind) -> None:
    found = only_item(export(item({"wp:post_type": post_type})))
    assert (found.kind, found.post_type) == (kind, post_type)


def test_attachment() -> None:
    fields = {"wp:post_type": "attachment", "wp:attachment_url": "https://bote.example/a.jpg"}
    found = only_item(export(item(fields, inside=meta("_wp_attachment_image_alt", "Die Aue"))))
    assert (found.attachment_url, found.alternative_text) == (
        "https://bote.example/a.jpg",
        "Die Aue",
    )


def test_password_is_not_kept() -> None:
    found = only_item(export(item({"wp:post_password": "geheim"})))
    assert found.protected
    assert not found.is_public
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("utc", "local", "expected"),
    [
        ("2019-07-01 08:00:00", "2019-07-01 10:00:00", datetime(2019, 7, 1, 8, tzinfo=UTC)),
        ("0000-00-00 00:00:00", "2019-07-01 10:00:00", datetime(2019, 7, 1, 8, tzinfo=UTC)),
        ("", "2019-01-01 10:00:00", datetime(2019, 1, 1, 9, tzinfo=UTC)),
        ("2019-02-30 08:00:00", "gestern", None),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", None),
        ("", "0001-01-01 00:00:00", None),
    ],
)
def test_moment(utc: str, local: str, expected: datetime | None) -> None:
    data = export(item({"wp:post_date_gmt": utc, "wp:post_date": local}))
    [_, found] = read(BytesIO(data), tz=ZoneInfo("Europe/Berlin"))
    assert isinstance(found, Item)
    assert found.published_at == expected


def test_item_without_any_field() -> None:
    assert only_item(export("<item></item>")) == Item(Kind.OTHER, "", "")


def test_id_missing_takes_guid_or_link() -> None:
    found = only_item(export(item({"guid": "https://b/?p=1", "title": "T"}, only=True)))
    assert found.foreign_id == "https://b/?p=1"


def test_unknown_status_and_bad_numbers_stay_readable() -> None:
    fields = {"wp:status": "wc-on-hold", "wp:menu_order": "viele"}
    found = only_item(export(item(fields, inside=meta("footnotes", "{[kaputt"))))
    assert (found.status, found.menu_order, found.footnotes) == ("wc-on-hold", 0, {})


def test_duplicated_slugs_are_two_items() -> None:
    data = export(item({"wp:post_id": "1"}), item({"wp:post_id": "2"}))
    found = [entry for entry in entries(data) if isinstance(entry, Item)]
    assert [(entry.foreign_id, entry.slug) for entry in found] == [
        ("1", "der-fluss-steigt"),
        ("2", "der-fluss-steigt"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "CDATA ]]> in CDATA <![CDATA[ und noch ]]>",
        "Emoji 🦢👩‍🌾 und 𝔉𝔯𝔞𝔨𝔱𝔲𝔯",
        "שלום עולם \u202eabc\u202c",
        "<script>alert(1)</script>",
        "&amp; &lt; &nbsp;",
    ],
)
def test_text_comes_through_unchanged(text: str) -> None:
    found = only_item(export(item({"title": text, "content:encoded": text, "wp:post_name": text})))
    assert (found.title, found.content, found.slug) == (text, text, text)


def test_script_in_every_field_is_only_text() -> None:
    script = "<script>alert('x')</script>"
    found = only_item(export(item(dict.fromkeys(ARTICLE, script))))
    assert found.status == found.slug == found.author == found.foreign_id == script
    assert (found.kind, found.published_at, found.menu_order) == (Kind.OTHER, None, 0)


def test_label_written_twice_as_in_old_exports() -> None:
    twice = "<category><![CDATA[Aue]]></category>" + label("tag", "aue", "Aue") * 2
    assert only_item(export(item(inside=twice))).tags == (Label("post_tag", "aue", "Aue"),)

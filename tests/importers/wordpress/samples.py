"""Small exports of our own writing, with any field replaced."""

from io import BytesIO
from xml.sax.saxutils import escape

from allmende.importers.wordpress.export import Entry, Item
from allmende.importers.wordpress.read import read

RSS = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/{version}/">\n'
)
HEAD = """<channel>
<title>Auentaler Bote</title><link>https://bote.example</link><description>Die Zeitung</description>
<language>de-DE</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://bote.example/</wp:base_site_url>
<wp:base_blog_url>https://bote.example/blog</wp:base_blog_url>
"""
ARTICLE = {
    "title": "Der Fluss steigt",
    "link": "https://bote.example/2019/03/der-fluss-steigt/",
    "dc:creator": "jana",
    "content:encoded": "Erster Absatz.\n\nZweiter Absatz.",
    "excerpt:encoded": "Kurz.",
    "wp:post_id": "7",
    "wp:post_date": "2019-03-01 09:30:00",
    "wp:post_date_gmt": "2019-03-01 08:30:00",
    "wp:post_modified": "2019-03-02 10:00:00",
    "wp:post_modified_gmt": "2019-03-02 09:00:00",
    "wp:post_name": "der-fluss-steigt",
    "wp:status": "publish",
    "wp:post_parent": "0",
    "wp:menu_order": "0",
    "wp:post_type": "post",
    "wp:post_password": "",
    "wp:is_sticky": "0",
}


def field(name: str, value: str) -> str:
    cdata = value.replace("]]>", "]]]]><![CDATA[>")  # as WordPress nests it
    return f"<{name}><![CDATA[{cdata}]]></{name}>\n"


def label(domain: str, slug: str, name: str) -> str:
    return f'<category domain="{domain}" nicename="{escape(slug)}"><![CDATA[{name}]]></category>\n'


def meta(key: str, value: str) -> str:
    return f"<wp:postmeta>{field('wp:meta_key', key)}{field('wp:meta_value', value)}</wp:postmeta>"


def item(fields: dict[str, str] | None = None, *, inside: str = "", only: bool = False) -> str:
    """An article with these fields replaced; `only`: these fields and no others."""
    given = (fields or {}) if only else ARTICLE | (fields or {})
    return f"<item>{''.join(field(name, value) for name, value in given.items())}{inside}</item>\n"


def export(*parts: str, version: str = "1.2") -> bytes:
    rss = RSS.format(version=version)
    return f"{rss}{HEAD}{''.join(parts)}</channel>\n</rss>\n".encode()


def entries(data: bytes) -> list[Entry]:
    return list(read(BytesIO(data)))


def only_item(data: bytes) -> Item:
    [found] = [entry for entry in entries(data) if isinstance(entry, Item)]
    return found

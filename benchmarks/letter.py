"""The letter that ours and the peer send: a week's newsletter of 30 KB.

Stories with teaser, author and link; the HTML made of MJML once, with Django's tags kept in
it, as projects do. The peer renders both templates for each recipient; ours are rendered once, with
places for what is personal.
"""

import tempfile
from pathlib import Path

import mrml
from django.template import Context, Engine

SENDER = "Auentaler Bote <post@bote.example>"
SUBJECT = "Die Woche im Tal: Brücke über die Aue wieder offen"
LIST = "Wochenbrief <wochenbrief.bote.example>"
SITE = "https://bote.example"
STORIES = [
    {
        "headline": f"Brücke über die Aue wieder offen, der Weg zum Markt ist frei ({number})",
        "teaser": "Seit gestern fahren die Busse wieder über den Fluss. Was die Gemeinde aus der"
        " langen Sperre gelernt hat und weshalb die Müller trotzdem klagen.",
        "author": "Käthe Öhler",
        "path": f"/artikel/2026/11/bruecke-ueber-die-aue-wieder-offen-{number}/",
    }
    for number in range(1, 21)
]
TEXT = """{{ greeting }},

die Themen der Woche:
{% for story in stories %}
{{ story.headline }}
{{ story.teaser }}
Von {{ story.author }} · {{ site }}{{ story.path }}
{% endfor %}
Abbestellen: {{ site }}/abo/abmelden/{{ token }}/
"""
MJML = """<mjml lang="de"><mj-head><mj-attributes><mj-all font-family="Georgia, serif" />
<mj-text font-size="17px" line-height="26px" color="#1d1b18" padding="0" />
</mj-attributes></mj-head>
<mj-body width="600px"><mj-section><mj-column>
<mj-text><h1>Auentaler Bote</h1><p>{{ greeting }},</p></mj-text>
<mj-raw>{% for story in stories %}</mj-raw>
<mj-text><h3><a href="{{ site }}{{ story.path }}">{{ story.headline }}</a></h3>
<p>{{ story.teaser }}</p></mj-text>
<mj-text font-size="14px" padding="6px 0 0">Von {{ story.author }} ·
<a href="{{ site }}{{ story.path }}">Weiterlesen</a></mj-text>
<mj-raw>{% endfor %}</mj-raw>
<mj-text font-size="14px"><a href="{{ site }}/abo/abmelden/{{ token }}/">Abbestellen</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"""


class Templates:
    """The two files of an ordinary project, found and kept by Django's own loader."""

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryDirectory()
        folder = Path(self._kept.name)
        (folder / "issue.txt").write_text("{% autoescape off %}" + TEXT + "{% endautoescape %}")
        (folder / "issue.html").write_text(mrml.to_html(MJML).content)
        self._engine = Engine(dirs=[str(folder)])

    def render(self, greeting: str, token: str) -> tuple[str, str]:
        """Text and HTML."""
        context = {"greeting": greeting, "token": token, "stories": STORIES, "site": SITE}
        text, html = (
            self._engine.get_template(name).render(Context(context))
            for name in ("issue.txt", "issue.html")
        )
        return text, html


def unsubscribe(token: str) -> str:
    return f"{SITE}/abo/abmelden/{token}/"

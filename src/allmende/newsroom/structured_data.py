"""What machines read on an article: schema.org NewsArticle as JSON-LD."""

import json
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from allmende.newsroom import pictures
from allmende.newsroom.models import Article
from allmende.paper.models import Paper

# Inside a script element these could end it or open a comment; JSON knows them as escapes.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def news_article(article: Article, paper: Paper, *, base: str) -> SafeString:
    """JSON-LD of an article; `base` is the paper's public address without a slash."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": strip_tags(article.teaser_text),
        "inLanguage": article.language,
        "url": base + article.url,
        "mainEntityOfPage": base + article.url,
        "isAccessibleForFree": True,
        "articleSection": article.section.title,
        "author": [person(byline.author, base) for byline in article.bylines.all()],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": paper.name,
            "url": base + "/",
        },
        "keywords": [topic.name for topic in article.topics.all()],
    }
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
        data["dateModified"] = (article.updated_at or article.first_published_at).isoformat()
    picture = article.picture_to_share
    if picture and (address := pictures.share(picture)):
        data["image"] = base + address
    if corrections := list(article.corrections.all()):
        data["correction"] = [
            {"@type": "CorrectionComment", "datePublished": str(c.date), "text": c.text}
            for c in corrections
        ]
    return SafeString(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def person(author: Any, base: str) -> dict[str, str]:
    kind = "Organization" if author.kind == "agency" else "Person"
    return {"@type": kind, "name": author.name, "url": base + author.url}

from django.db import migrations, models

from allmende.newsroom.models.headlines import headline_key

MANY = 1_000


def note_headlines(apps, schema_editor):
    Article = apps.get_model("newsroom", "Article")
    last = 0
    while batch := list(
        Article.objects.filter(pk__gt=last)
        .only("pk", "title", "draft_title", "headline_key")
        .order_by("pk")[:MANY]
    ):
        for article in batch:
            article.headline_key = headline_key(article.draft_title or article.title)
        Article.objects.bulk_update(batch, ["headline_key"], batch_size=200)
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0009_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="headline_key",
            field=models.CharField(blank=True, editable=False, max_length=255),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["headline_key", "page_ptr"], name="article_headline"),
        ),
        migrations.RunPython(note_headlines, migrations.RunPython.noop),
    ]

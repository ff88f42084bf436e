"""`python fill.py ARTICLES`: puts the articles below /posts/."""

import datetime
import json
import sys
from pathlib import Path

import django

django.setup()

from blog.models import Article, Index  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

root = Page.get_first_root_node()
home = root.add_child(instance=Index(title="Bench", slug="bench"))
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True, site_name="Bench")
posts = home.add_child(instance=Index(title="Posts", slug="posts", show_in_menus=True))
for one in json.loads(Path(sys.argv[1]).read_text()):
    date = datetime.datetime.fromisoformat(one["at"]).replace(tzinfo=datetime.timezone.utc)
    article = Article(title=one["title"], slug=one["slug"], date=date, intro=one["summary"], body=one["html"])
    posts.add_child(instance=article)
    article.tags.add(*one["tags"])
    article.save_revision().publish()

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.models import Page


class Index(Page):
    def get_context(self, request):
        return {**super().get_context(request), "pages": self.get_children().live().order_by("-first_published_at")[:10]}


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("Article", related_name="tagged_items", on_delete=models.CASCADE)


class Article(Page):
    date = models.DateTimeField()
    intro = models.CharField(max_length=1000)
    body = RichTextField()
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    def get_context(self, request):
        return {**super().get_context(request), "older": self.get_prev_siblings().live().first(), "newer": self.get_next_siblings().live().first(),
                "menu": self.get_site().root_page.get_children().live().in_menu()}

"""Kinds of lists and their layouts."""

import factory

from exchange.models import CodeMeaning, Feed, Layout, LayoutColumn


class LayoutFactory(factory.django.DjangoModelFactory):
    """Of a feed that migrations made."""

    class Meta:
        model = Layout

    feed = factory.LazyFunction(lambda: Feed.objects.get(kind="register"))
    title = "另一种台账"


class LayoutColumnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LayoutColumn

    layout = factory.SubFactory(LayoutFactory)
    key = "name"
    kind = "NAME"
    headings = ["姓名"]


class CodeMeaningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CodeMeaning

    table = "sex"
    written = "汉子"
    code = "MALE"

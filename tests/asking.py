"""Addresses and answers, in few words."""

from django.urls import reverse
from django.utils import translation
from django.utils.html import escape


def of(child, view, **more):
    return reverse(f"children:{view}", kwargs={"case_number": child.case_number, **more})


def errors(answer):
    """Field → messages of the answered form; "__all__" for those of the whole form."""
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def in_chinese(text):
    """The Chinese of an English message. A message without one is a failure."""
    with translation.override("zh-hans"):
        chinese = translation.gettext(text)
    assert chinese != text, f"«{text}» has no Chinese"
    return chinese


def text_of(answer):
    return answer.content.decode()


def shows(answer, text):
    return str(escape(text)) in text_of(answer)

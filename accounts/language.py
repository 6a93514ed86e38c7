"""Which of two labels kept in the database the reader reads."""

from django.utils.translation import get_language


def of_reader(chinese: str, english: str) -> str:
    return chinese if (get_language() or "").startswith("zh") else english

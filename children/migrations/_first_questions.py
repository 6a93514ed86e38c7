"""The first questions of the risk: our own, to be replaced by the county's."""

from datetime import date
from typing import Any

# code, Chinese, English, points, whether high at once
QUESTIONS = [
    ("alone", "无人监护，独自生活", "Lives without any guardian", 8, True),
    ("violence", "疑似遭受暴力、虐待或侵害", "Violence or abuse is suspected", 8, True),
    ("self_harm", "有自伤言行", "Speaks of self-harm, or hurts himself", 8, True),
    ("incapable", "监护人无力照料（病、残、高龄）", "Guardian cannot care", 3, False),
    ("neglect", "监护人疏于照料", "Guardian neglects the child", 3, False),
    ("out_of_school", "应在校而未在校", "Should be at school and is not", 3, False),
    ("ill", "孩子重病或重残", "The child is seriously ill or disabled", 2, False),
    ("behaviour", "情绪或行为明显异常", "Mood or conduct clearly changed", 2, False),
    ("poor_home", "住房或吃穿明显不足", "Housing, food or clothes clearly wanting", 2, False),
    ("allowance", "补贴没有用在孩子身上", "The allowance is not used for the child", 2, False),
    ("parents_away", "父母半年以上不在身边", "Both parents away for half a year or more", 1, False),
    ("loss", "近半年家庭有变故", "A blow to the family within half a year", 1, False),
    ("no_hukou", "没有户口", "No household registration", 1, False),
]  # fmt: skip


def fill(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    rows = apps.get_model("children", "RiskQuestion").objects.using(using)
    past = apps.get_model("children", "HistoricalRiskQuestion").objects.using(using)
    for position, (code, zh, en, weight, is_alarm) in enumerate(QUESTIONS, 1):
        fields = {
            "code": code, "label_zh": zh, "label_en": en, "weight": weight, "is_alarm": is_alarm,
            "position": position, "starts_on": date(2020, 1, 1),
        }  # fmt: skip
        row = rows.create(**fields)
        past.create(id=row.pk, **fields, history_type="+", history_date=now)

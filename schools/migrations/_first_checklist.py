"""The first version of the observation checklist: our own questions, for who has none yet."""

from typing import Any

# code, Chinese, English, explanations, whether any sign refers at once
QUESTIONS = [
    ("appetite", "饮食", "Appetite", "吃得明显少了或过多，反复说肚子不舒服",
     "Eats much less or more than usual, often has stomach aches", False),
    ("sleep", "睡眠", "Sleep", "上课打瞌睡，说睡不着或做噩梦",
     "Sleepy in class, says he cannot sleep or has bad dreams", False),
    ("company", "与人相处", "Company", "不愿和同学来往，总是独自一人，或被排斥",
     "Keeps away from others, always alone or left out", False),
    ("attention", "注意力", "Attention", "走神、坐不住，作业明显变差",
     "Absent-minded or restless, work has become much worse", False),
    ("sadness", "情绪低落", "Sadness", "闷闷不乐、爱哭，对什么都没兴趣",
     "Sad, cries easily, interested in nothing", False),
    ("anger", "易怒", "Anger", "容易发火、与人冲突、摔东西",
     "Quick to anger, quarrels, throws things", False),
    ("self_harm", "自伤言行", "Self-harm", "说过不想活、想消失，或有伤害自己的行为",
     "Speaks of not wanting to live, or hurts himself", True),
    ("injuries", "身体伤痕", "Injuries", "有说不清来由的瘀伤、烫伤、抓痕",
     "Bruises, burns or scratches that nobody explains", False),
    ("refusal", "厌学拒学", "School refusal", "常迟到、请假，说不想上学",
     "Often late or absent, says he will not go to school", False),
]  # fmt: skip


def fill(apps: Any, schema_editor: Any) -> None:
    from datetime import date

    from django.utils import timezone

    using = schema_editor.connection.alias
    now = timezone.now()

    def make(name: str, **fields: Any) -> Any:
        row = apps.get_model("schools", name).objects.using(using).create(**fields)
        past = apps.get_model("schools", f"Historical{name}").objects.using(using)
        past.create(id=row.pk, **fields, history_type="+", history_date=now)
        return row

    checklist = make("Checklist", version=1, starts_on=date(2020, 1, 1), remark="")
    for position, (code, zh, en, hint_zh, hint_en, is_alarm) in enumerate(QUESTIONS, 1):
        make(
            "ChecklistItem",
            checklist=checklist,
            position=position,
            code=code,
            label_zh=zh,
            label_en=en,
            hint_zh=hint_zh,
            hint_en=hint_en,
            is_alarm=is_alarm,
        )

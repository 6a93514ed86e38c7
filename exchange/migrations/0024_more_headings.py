"""More of the names by which departments call their columns join the layouts that stand."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

MORE = frozenset(
    """
    现居住地址 常住地址 常住地 照料人 照护人 照护人姓名 实际照料人 委托照护人 领证日期 初次领证日期
    证件有效期 证件编号 发放年月 补贴年月 享受补贴种类 享受补贴 生活补贴(元) 困难残疾人生活补贴(元)
    护理补贴(元) 重度残疾人护理补贴(元) 月补贴标准 享受时间 享受起始年月 享受起始时间 监测对象类别
    监测户类型 批准时间 救助开始时间 月保障金额 旷课天数 开始日期 结束日期 缺勤类别 请假类型 保障类型
    家庭经济情况 低保类别 残疾人身份证号 持证人身份证号 患者身份证号 参保人身份证号 疾病诊断 入院诊断
    出院诊断 医院名称 就诊医疗机构 定点医疗机构 定点医疗机构名称 入院时间 出院日期 出院时间 结算时间
    个人负担金额 参保身份 户籍地址 户籍地 户籍所在地 户口所在地 所属街道 所在街道 监护人电话 家长电话
    家长姓名 家长关系 家长身份证件号 家长联系电话
    """.split()  # noqa: SIM905
)


def add(apps: Any, schema_editor: Any) -> None:
    """Behind the headings of the same column, where no other column of the layout has them."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "LayoutColumn")
    past = apps.get_model("exchange", "HistoricalLayoutColumn")
    now = timezone.now()
    for feed in FEEDS:
        rows = list(model.objects.using(using).filter(layout__feed__kind=feed.kind).order_by("pk"))
        wanted = {column.key: column.headings for column in feed.columns}
        for row in rows:
            taken = {h for one in rows if one.layout_id == row.layout_id for h in one.headings}
            more = [h for h in wanted.get(row.key, ()) if h in MORE and h not in taken]
            if not more:
                continue
            row.headings = [*row.headings, *more]
            row.save(using=using)
            facts = {
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if field.attname not in ("id", "pk")
            }
            past.objects.using(using).create(
                id=row.pk, **facts, history_type="~", history_date=now
            )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0023_hospital_reports")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

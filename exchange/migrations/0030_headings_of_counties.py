"""Headings as counties write them join the layouts that stand; 级别 is the grade of a disability."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.default_layouts import FEEDS

# A line is a fact and its new headings; one that is indented further goes on with the line above.
WORDS = """
    name: 受助儿童姓名 保障对象姓名 补贴人姓名 享受人姓名 享受对象姓名 共同生活家庭成员姓名
        家庭人员姓名 人员姓名 保障人员姓名 亡者姓名 亡故人员姓名 考生姓名 病人姓名 就诊人姓名
        服刑人员姓名 罪犯姓名 戒毒人员姓名
    township: 镇街道 乡镇名称
    village: 村名 村名称 居委会
    address: 家庭现住址 实际居住地 实际居住地址 居住地详细地址 生前住址 户籍所在地 户籍详细地址
    phone: 本人联系电话
    categories: 保障对象类别 困境情形 困境儿童分类
    category__since: 批准日期 批准时间 纳入保障日期 开始享受日期
    economic: 家庭类别 救助对象类别 救助对象类型 困难家庭类型 低收入类型 低收入人口类别
        低收入人口类型 监测户类别 户类别
    risk: 关爱级别
    opened_on: 登记时间 录入时间
    guardian__relation: 与照料人关系 与抚养人关系 与实际监护人关系 与监护人的关系
    guardian__phone: 家长联系方式
    guardian__workplace: 监护人务工地 监护人务工地点
    father__name: 生父姓名
    mother__name: 生母姓名
    certificate__number: 残疾人证编号 残疾证件编号
    certificate__kind: 主要残疾类别 残别
    certificate__grade: 级别 残疾证级别 残级 残疾等次 主要残疾等级
    certificate__issued_on: 签发时间 核发时间 办证时间 残疾证办理时间 批残日期 批残时间
    certificate__expires_on: 到期时间 残疾证到期时间 证件有效期至 失效日期
    certificate__status: 残疾人证状态 证件状况
    school: 就读学校名称 在读学校 现就读学校 就读学校 所在学校 学校全称 录取学校名称 录取高校
        录取大学 高校名称 院校
    school_grade: 所在年级 就读班级 所在班级 年级班级 就读年级
    month: 补助月份 享受年月
    id_number: 享受人身份证号 补贴对象身份证号 共同生活家庭成员身份证号 死亡人身份证号
        亡者身份证号 亡故人员身份证号 考生身份证号 病人身份证号 就诊人身份证号 服刑人员身份证号
        戒毒人员身份证号
    subsidy: 补助类型 补助项目
    amount: 补助金额 实发金额 月发放金额 户月保障金额 户保障金额 救助金额 发放金额
    since: 批准日期 批准时间 开始享受年月 享受补贴时间 补贴起始时间 起始时间 纳入日期 审批通过时间
        救助起始时间 享受低保时间 纳入低保时间 识别日期 纳入监测时间 刑期起始日期 入狱日期
        入狱时间 收押日期 羁押日期 强戒起始日期
    household: 低保证编号 低保编号 救助证号 家庭户号
    head__name: 户主名称
    relation: 与户主的关系 与申请人的关系
    until: 停保日期 停保时间 退出日期 终止时间 终止救助时间 风险消除日期 风险消除时间 刑期终止日期
        刑期截止日期 出狱日期 出狱时间 强戒截止日期 解除时间 期满时间 出所时间
    died_on: 逝世时间 去世时间 亡故日期 亡故时间
    cremated_on: 遗体火化日期 遗体火化时间
    cause: 致死原因
    event: 变更类型
    event_on: 登记时间 变更日期 迁移时间
    hukou_nature: 户口类别 户籍类型
    birth_date: 出生年月
    roll_number: 学籍编号
    class_name: 班级名称 所在班级
    absent_from: 缺课日期 旷课开始日期 请假开始日期
    absent_to: 旷课结束日期 请假结束日期
    days: 请假天数 未到校天数 连续缺勤天数 连续旷课天数 连续未到校天数
    reason: 请假原因 旷课原因 缺勤事由 请假事由 辍学原因
    exam_number: 考生编号 高考报名号 高考准考证号
    stage: 培养层次
    from_school: 毕业学校名称 毕业高中 就读高中 生源学校
    illness: 所患疾病 病名 患病名称 疾病种类 重大疾病名称 主要诊断名称 疾病诊断名称
    icd: 疾病诊断编码
    hospital: 治疗医院 确诊医院 就医机构
    diagnosed_on: 确诊时间 诊断时间 就诊时间
    total_cost: 总医疗费用 医疗费总额
    own_cost: 个人自付费用 个人自付金额
    place: 服刑监狱 所在监狱 服刑场所 强制隔离戒毒所 所在戒毒所
"""


def _by_key() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    key = ""
    for line in WORDS.strip("\n").splitlines():
        words = line
        if not line.startswith(" " * 8):
            key, _colon, words = line.strip().partition(":")
        found.setdefault(key, set()).update(words.split())
    return found


def add(apps: Any, schema_editor: Any) -> None:
    """Behind the headings of the same column, where no other column of the layout has them."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "LayoutColumn")
    past = apps.get_model("exchange", "HistoricalLayoutColumn")
    now, new = timezone.now(), _by_key()
    for feed in FEEDS:
        rows = list(model.objects.using(using).filter(layout__feed__kind=feed.kind).order_by("pk"))
        wanted = {
            column.key: [h for h in column.headings if h in new.get(column.key, ())]
            for column in feed.columns
        }
        for row in rows:
            taken = {h for one in rows if one.layout_id == row.layout_id for h in one.headings}
            more = [h for h in wanted.get(row.key, ()) if h not in taken]
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
    dependencies = [("exchange", "0029_references_in_sets")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

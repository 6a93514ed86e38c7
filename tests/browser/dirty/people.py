# ruff: noqa: E501 -- rows of a sheet stand as they do there
"""Who there is: the register, deaths, households, answers about parents."""

from datetime import date

from django.utils import timezone

from children.models import CategorySpell, Child, EconomicStatusSpell
from exchange.models import NumberQuery, ProposedChange
from tests.browser.office import Formula, Merged
from tests.exchange.lists import BORN, EAST, adult
from tests.factories import AskedNumberFactory, NumberQueryFactory, UserFactory

from .parts import WITH_X, A, B, C, Dirty, apart, finds, finds_of_parent, known, parent, wide


# The register: a file is opened, and of one that is there a change is proposed.
def _register(child: Child) -> None:
    opened = Child.objects.get(name="王小五")
    carer = opened.guardianships.get(is_main_carer=True)
    assert (carer.guardian.name, carer.relation) == ("李大娘", "GRANDMOTHER_PATERNAL")
    assert carer.guardian.phone == "13800001111"
    assert (opened.residence_area_id, opened.birth_date) == (EAST, BORN)
    assert CategorySpell.objects.get(child=opened).category == "DE_FACTO"
    assert EconomicStatusSpell.objects.get(child=opened).status == "DIBAO"
    assert opened.certificates.get().grade == 2
    change = ProposedChange.objects.get(child=child, field="address")
    assert "5号" in change.new_value
    assert Child.objects.count() == 2


_REGISTER = Dirty(
    "困境儿童台账",
    [
        ["序号", Merged("儿童基本信息", 1, 4), None, None, None, Merged("现居住地", 1, 3), None, None,
         Merged("监护人情况", 1, 4), None, None, None, Merged("困境类型", 2), Merged("是否低保", 2),
         Merged("残疾证", 1, 3), None, None],
        [None, "姓　名", "性别", "身份证号码", "出生年月日", "乡镇", "村（社区）", "详细地址",
         "姓名", "与儿童关系", "身份证号码", "联系电话", None, None, "残疾证号", "类别", "等级"],
    ],
    [
        [1, "张　三", "1-男", f"'{A}", "2015.3.7", "千岛湖镇", "大源村", "大源村３组５号",
         "李大妈", "奶奶", None, None, None, None, None, None, None],
        [2, "王 小 五", "女", wide(WITH_X.lower()), BORN, "千岛湖镇", "大源", "2组",
         "李　大娘", "奶奶", adult(2), "138 0000 1111", "事实无人抚养儿童-7141", "√",
         WITH_X + "52", "智力", "二级"],
        [3, "李四", "女", B[:17], "2015年3月7日", "千岛湖镇", "大源村", "",
         "王某", "外婆", None, None, "孤儿", "否", None, None, None],
        [4, "赵六", "男", C, "3月7日", "千岛湖镇", "大源村", "",
         "王某", "外婆", None, None, "孤儿", "否", None, None, None],
    ],
    {2: "ID_LENGTH", 3: "DATE_NO_YEAR"}, known, _register,
    {"身份证号码": "id_number", "是否低保": "is_dibao"},
)  # fmt: skip

_DEATHS = Dirty(
    "死亡人员名单",
    [["序号", "死者姓名", "性别", "公民身份号码", "死亡时间", "死亡类别", "火化时间"]],
    [
        [1, "张　大", "男", wide(adult(1)), "二〇二六年一月五日", "因病死亡", "2026.1.8"],
        [2, "王五", "女", f"'{adult(4)}", date(2026, 1, 9), "死亡注销", None],
        [3, "赵六", "男", adult(5), "3月2日", "死亡", None],
        [4, "钱七", "男", adult(7), "2026.2.30", "死亡", None],
    ],
    {2: "DATE_NO_YEAR", 3: "DATE_IMPOSSIBLE"}, lambda: parent(1, "FATHER"),
    finds_of_parent("M07"), {"死者姓名": "name", "死亡时间": "died_on"},
)  # fmt: skip

_HOUSEHOLD = Dirty(
    "户籍变动名册",
    [["户号", "户主姓名", "姓名", "性别", "公民身份号码", "出生日期", "民族", "变动类型", "变动日期",
      "户籍地址"]],
    [
        ["0001", "张大", "张　三", "男(1)", f"'{A}", "２０１５０３０７", "汉", "迁往市外", "2026.2.1",
         "大源村5号"],
        ["0001", "张大", "李四", "女", B, 20150307, "01-汉族", "在册", None, "大源村5号"],
        ["0002", "王大", "王五", "女", C, BORN, "汉族", "出生登记", "2015-3-20", "大源村6号"],
    ],
    {2: "ID_SEX_DIFFERS"}, known, finds("M27", event="OUT", event_on="2026-02-01"),
    {"变动类型": "event", "户籍地址": "address"},
)  # fmt: skip


def _asked() -> Child:
    """A batch with the father's number waits for its answer."""
    one = parent(1, "FATHER")
    now, who = timezone.now(), one.guardianships.get().guardian
    query = NumberQueryFactory(
        state="SENT", decided_by=UserFactory(), decided_at=now, sent_at=now,
        due_on=timezone.localdate(now),
    )  # fmt: skip
    AskedNumberFactory(query=query, guardian=who)
    return one


def _answered(child: Child) -> None:
    finds_of_parent("M08")(child)
    assert NumberQuery.objects.get().state == "CLOSED"


_PRISON = Dirty(
    "服刑人员比对结果",
    [["序号", "被查询人", "公民身份号码", "比对结果", "收监时间", "刑满时间", "监狱名称"]],
    [
        [1, "张　大", wide(adult(1)), "在押服刑", "2025年3月", "2031.3.4", "某某监狱"],
        [2, "王五", f"'{adult(3)}", "查无此人", None, None, None],
        [3, "赵六", adult(5), "也许", None, None, None],
    ],
    {1: "NEVER_ASKED", 2: "UNKNOWN_CODE"}, _asked, _answered, {"比对结果": "answer"},
)  # fmt: skip

_COMPULSORY = Dirty(
    "强制隔离戒毒人员核查结果",
    [["序号", "姓名", "身份证号", "是否强戒", "决定日期", "期满日期", "戒毒所名称"]],
    [
        [1, "张　大", apart(adult(2)), "强戒中", date(2025, 5, 6), "2031年5月5日", "某某戒毒所"],
        [2, "王五", adult(3), "否", None, None, None],
        [3, "赵六", adult(5), Formula("NA()"), None, None, None],
    ],
    {2: "ERROR_VALUE"}, lambda: parent(2, "MOTHER"), finds_of_parent("M08"),
    {"是否强戒": "answer"},
)  # fmt: skip


KINDS = {
    "register": _REGISTER,
    "deaths": _DEATHS,
    "household_registration": _HOUSEHOLD,
    "prison_results": _PRISON,
    "rehabilitation_results": _COMPULSORY,
}

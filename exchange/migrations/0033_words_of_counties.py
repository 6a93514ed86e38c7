"""Words as counties write them join the tables of codes: 大儿子, 农村低保A类, 车祸."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from exchange.rules.code_tables import CODE_TABLES

# A line is a table and its new words; one that is indented further goes on with the line above.
WORDS = """
    sex: 男童 男生 女童 女生
    id_type: 二代身份证 第二代居民身份证 港澳居民居住证 台湾居民居住证 台胞证 港澳通行证
    relation: 后妈 后爸 后爹 养父母 养父女 养父子 养母女 养母子 收养人 伯娘 婶娘 舅娘 叔母 姑丈 姨夫 姨丈 三叔 四叔 五叔 三伯 幺叔 幺姑 幺爸
        满叔 三舅 二姨 三姨 二姑 三姑 叔婶 爷爷奶奶 外公外婆 堂哥 堂姐 表哥 表姐 堂叔 堂伯 嫂子 大嫂 嫂嫂 姐夫 叔公 伯公 舅公 姑婆 姨婆 叔祖父
        太爷爷 太奶奶 外曾祖父 外曾祖母 亲友 社工 村干部 老师 干妈 干爸
    guardianship: 父亲 母亲 父母抚养 父亲抚养 母亲抚养 单亲监护 单亲抚养 法定 指定 祖父母 外祖父母 爷爷奶奶 外公外婆 祖父母抚养
        外祖父母抚养 隔代 隔代抚养 祖辈 祖辈抚养 亲属 亲属抚养 亲属照料 其他亲属 集中供养
    category: 散孤 事实无人 事无 残障 残障儿童 低保户子女 低保家庭子女 低保户儿童 低收入家庭 低收入家庭儿童 重点留守儿童 流浪 家庭监护缺失 单亲
        单亲家庭 单亲儿童 单亲家庭儿童
    economic: 一般户 一般农户 农低 城低 城乡低保 城镇低保 城镇低保户 农村居民低保 城市居民低保 农村低保家庭 城市低保家庭 农村低保对象
        城市低保对象 低保人员 低保人口 低保单人保 低保a类 低保b类 低保c类 农村低保a类 农村低保b类 农村低保c类 城市低保a类 城市低保b类 城市低保c类
        一类低保 二类低保 三类低保 低保边缘家庭成员 低保边缘人口 低保边缘人员 刚性支出困难家庭成员 刚性支出困难人口 农村特困 城市特困 农村特困人员
        城市特困人员 特困人员救助供养 分散供养特困 集中供养特困 分散供养特困人员 集中供养特困人员 农村分散供养 农村集中供养 城市分散供养 城市集中供养
        边缘易致贫 脱贫不稳定 防返贫监测
    risk: 低度 一般风险 无风险 中度 高度
    parent_status: 身亡 因病去世 因病死亡 车祸去世 车祸死亡 意外去世 自杀 已亡 已逝 溺亡 重度残疾人 视力一级 视力二级 视力残疾一级
        视力残疾二级 听力一级 听力二级 听力残疾一级 听力残疾二级 言语一级 言语二级 言语残疾一级 言语残疾二级 肢体一级 肢体二级 肢体残疾一级
        肢体残疾二级 智力一级 智力二级 智力残疾一级 智力残疾二级 精神一级 精神二级 精神残疾一级 精神残疾二级 多重一级 多重二级 多重残疾一级
        多重残疾二级 癌症 患癌 尿毒症 白血病 服刑期 服刑期间 服刑人员 判刑 被判刑 判刑入狱 刑拘 刑事拘留 被刑拘 被拘留 看守所羁押 外出失联 长期失联
        失联6个月以上 失联六个月以上 失联半年以上 撤销监护权 撤销监护人资格 遣返 在世 外地务工 省外务工 在家务农 外嫁 另组家庭 健在务工
    death_kind: 病亡 病逝 去世 因病 疾病 因病去世 老死 老年死亡 自然 正常 非正常 意外 意外身亡 意外伤害 猝死 自杀 溺水 事故 车祸 交通事故
        交通意外 交通事故死亡 居家死亡 在家死亡 家中死亡 医院死亡 院内死亡 院外死亡 土葬 注销 已注销 注销户口 户口注销 户籍注销 死亡注销户口 其他 其它
        火葬 普通火化 宣告死亡注销
    household_relation: 户主本人 夫妻 之妻 之夫 儿 五子 五女 大儿子 二儿子 三儿子 小儿子 大女儿 二女儿 三女儿 小女儿 非婚生子 非婚生女
        遗腹子 孙儿 次孙 次孙女 重孙 重孙子 重孙女 曾孙子 姐弟 兄妹 其他关系 爷爷 奶奶 外公 外婆 姥爷 姥姥 儿媳妇 孙女婿 堂兄 堂弟 堂姐 堂妹 表弟
        表妹 嫂子 弟媳 叔叔 伯父 姑姑 舅舅 姨妈
    hukou_event: 新生儿落户 新生儿入户 出生落户 出生入户 户口迁入 县内迁入 县外迁入 省内迁入 跨省迁入 省际迁入 婚迁迁入 婚姻迁入 投靠迁入
        整户迁入 户口迁出 县内迁出 县外迁出 省内迁出 跨省迁出 省际迁出 婚迁迁出 婚姻迁出 整户迁出 入学迁出 大学迁出 死亡 已注销 注销户口 户口注销
        死亡注销户口 在户 正常户 正常户口 正常在籍 常住人口 常住户口 有效 现有 人户一致 人户分离 户在人在 户在人不在 集体户 空挂户 补录 补登 恢复户口
        收养登记 收养落户 变更 更正 信息变更 姓名变更
    hukou_nature: 城镇户口 城市户口 非农户口 非农业家庭户 非农业家庭户口 城镇居民 农村户口 农村户籍 农业家庭户口 农户 农村居民 居民户 家庭户
        居民家庭 集体户 居民集体户
    health: 好 较好 良 优 正常 身体健康 无异常
    overseas: 非港澳台侨外 非港澳台 中国 中国大陆 大陆 内地
    grade_of_school: 小学一 特教一年级 培智一年级 小学二 特教二年级 培智二年级 小学三 特教三年级 培智三年级 小学四 特教四年级 培智四年级 小学五
        特教五年级 培智五年级 小学六 特教六年级 培智六年级 初中一 初一年级 特教七年级 培智七年级 初中二 初二年级 特教八年级 培智八年级 初中三 初三年级
        特教九年级 培智九年级 高中一 高一年级 职高一 职高一年级 中专一年级 中职一 高中二 高二年级 职高二 职高二年级 中专二年级 中职二 高中三 高三年级
        职高三 职高三年级 中专三年级 中职三
    entry_way: 划片 划片入学 学区入学 按学区入学 免试就近入学 统招 统一考试 转学 转入 随迁 推荐 保送 派位 电脑派位 摇号 政策照顾
    study_way: 通校 通校生 通学 通学生 非寄宿 非住校 走 住宿生 内宿 内宿生 寄宿制 在校住宿 校内住宿
    left_behind: 非留守 不是留守儿童 单亲 是(单亲) 父亲外出务工 母亲外出务工 一方外出务工 单方外出 父母一方外出务工 父亲一方外出 母亲一方外出 双亲
        是(双亲) 双方外出务工 父母均外出务工 父母都外出 父母双方外出务工 是 留守 留守儿童
    absence: 病 病休 生病住院 因病请假 因病缺课 因病缺勤 感冒 发烧 发热 水痘 因伤 外伤 事 休学 丧假 公假 因事请假 因事缺课 旷 缺席 未到 未返校
        未报到 未请假 无故不到校 无故缺课 长期缺勤 长期未到校 失学 疑似失学 厌学 失踪 不明原因 打工 外出打工 迟到 早退
    query_answer: 在服刑 在刑 在册服刑 在监服刑人员 看守所羁押 比中 强戒 强制隔离戒毒 强制戒毒 在所 在所戒毒 没有 查无记录 查无信息 无信息
        无相关记录 无查询结果 查询无记录 未发现 未发现记录 未命中 未比中 无服刑 无在押记录 非在押人员 未吸毒 无吸毒记录 无强制隔离戒毒记录 已出监
        提前解除 期满解除 已期满 解除强制隔离戒毒
"""


def _by_table() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    table = ""
    for line in WORDS.strip("\n").splitlines():
        words = line
        if not line.startswith(" " * 8):
            table, _colon, words = line.strip().partition(":")
        found.setdefault(table, set()).update(words.split())
    return found


def add(apps: Any, schema_editor: Any) -> None:
    """Where the table does not say already what they mean."""
    using = schema_editor.connection.alias
    model = apps.get_model("exchange", "CodeMeaning")
    past = apps.get_model("exchange", "HistoricalCodeMeaning")
    now = timezone.now()
    rows = model.objects.using(using).values_list("table", "written")
    known = {(table, written.lower().replace(" ", "")) for table, written in rows}
    for table, words in _by_table().items():
        for written, code in CODE_TABLES[table].items():
            if written not in words or (table, written) in known:
                continue
            facts = {"table": table, "written": written, "code": code}
            row = model.objects.using(using).create(**facts)
            past.objects.using(using).create(
                id=row.pk, **facts, history_type="+", history_date=now
            )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0032_agreement_ended_with_a_reason")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

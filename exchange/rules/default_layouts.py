# ruff: noqa: E501 -- headings stand in one line each
"""The lists that departments send, column by column. Loaded once; then edited in the admin.

A line is «key | kind[:table] | headings»; the key has a star where a list without the column cannot
be used, and a plus where the column may be missing, but none of its cells. Documented for strangers in docs/lists.md. Field lists: domain reference 2.1, 9.2.
"""

from dataclasses import dataclass

from .columns import Column, Kind


@dataclass(frozen=True)
class Feed:
    """`children_only`: grown-up people have no business in it."""

    kind: str
    title_zh: str
    title_en: str
    department_zh: str
    columns: tuple[Column, ...]
    children_only: bool = False


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(_column(line) for line in text.strip().splitlines())


def _column(line: str) -> Column:
    key, kind, headings = (part.strip() for part in line.split("|"))
    name, _, table = kind.partition(":")
    words = tuple(word for word in headings.split() if word)
    return Column(key.rstrip("*+"), Kind[name], words, key.endswith("*"), key[-1] in "*+", table)


_SERIAL = "serial | SERIAL | 序号 编号 No no. 序列"
_NAME = "name* | NAME | 姓名 儿童姓名 学生姓名 名字 孩子姓名 儿童 本人姓名 困境儿童姓名 未成年人姓名 对象姓名 name"
_SEX = "sex | CODE:sex | 性别 儿童性别 sex"
_BORN = (
    "birth_date | DATE | 出生日期 出生年月日 出生年月 生日 儿童出生日期 出生时间 儿童出生年月"
    " birth_date birthday"
)
_ID = (
    "id_number | ID_NUMBER | 身份证号 身份证号码 公民身份号码 公民身份证号码 身份证 证件号码 身份证件号"
    " 儿童身份证号 儿童身份证号码 学生身份证号 居民身份证号 居民身份证号码 身份证件号码 身份号码 证件号"
    " 公民身份证号 id_number"
)
_TOWN = "township | AREA | 乡镇 乡镇街道 乡(镇) 镇街 所在乡镇 街道 镇 乡 所属乡镇 乡镇(街道) 街镇 所属街道 所在街道 township"
_VILLAGE = (
    "village | AREA | 村 村居 行政村 村(社区) 村社区 所在村 村(居) 村委会 社区 村居委会 所属村"
    " 村(居)委会 居住村 现居住村 village"
)
_CODE = "area_code | AREA | 区划代码 行政区划代码 村代码 区划编码 地区编码 行政区划 area_code"
_ADDRESS = (
    "address | TEXT | 现住址 住址 家庭住址 家庭地址 居住地址 详细地址 地址 居住地 现居住地"
    " 家庭详细地址 现居住地址 常住地址 常住地 address"
)
_PLACE = f"{_TOWN}\n{_VILLAGE}\n{_CODE}\n{_ADDRESS}"
_NOTE = "note | TEXT | 备注 说明 备 注 note"
_PHONE = (
    "phone | PHONE | 联系电话 电话 手机号 手机 联系方式 手机号码 电话号码 本人电话 儿童电话 phone"
)
_POOR = """
is_dibao | YES_NO:economic | 是否低保 是否低保户 是否低保对象 是否低保家庭 是否享受低保 是否纳入低保 是否最低生活保障 低保户 低保 is_dibao
is_destitute | YES_NO:economic | 是否特困 是否特困户 是否特困供养 是否特困人员 是否五保 是否五保户 特困户 特困供养 特困 is_destitute
is_near_threshold | YES_NO:economic | 是否低保边缘 是否低保边缘户 是否低保边缘家庭 是否低边 是否低收入 是否低收入家庭 低保边缘户 低保边缘 is_near_threshold
is_rigid | YES_NO:economic | 是否刚性支出困难 是否刚性支出困难家庭 是否支出型困难 是否支出型困难家庭 is_rigid_expenditure
is_monitored | YES_NO:economic | 是否监测户 是否监测对象 是否防返贫监测对象 是否防止返贫监测对象 是否易返贫致贫户 监测户 监测对象 is_monitored
""".strip()
_CARER = """
guardian__name | NAME | 监护人姓名 监护人 主要监护人 监护人名字 实际监护人 法定监护人 抚养人 抚养人姓名 家长姓名 照料人姓名 照料人 照护人 照护人姓名 实际照料人 委托照护人 guardian_name
guardian__relation | CODE:relation | 与儿童关系 监护人与儿童关系 与监护人关系 监护人关系 关系 与儿童的关系 监护关系 与被监护人关系 与残疾人关系 与学生关系 与本人关系 与持证人关系 与孩子关系 guardian_relation
guardian__id_number | ID_NUMBER | 监护人身份证号 监护人身份证号码 监护人身份证 监护人证件号码 监护人公民身份号码 抚养人身份证号 家长身份证号 guardian_id_number
guardian__phone | PHONE | 监护人电话 监护人联系电话 监护人手机 监护人手机号 监护人联系方式 监护人手机号码 抚养人电话 家长电话 家长联系电话 guardian_phone
""".strip()
_PARENTS = """
father__name | NAME | 父亲姓名 父亲 父亲名字 父姓名 father_name
father__id_number | ID_NUMBER | 父亲身份证号 父亲身份证号码 父亲身份证 父亲公民身份号码 父亲证件号码 father_id_number
father__phone | PHONE | 父亲电话 父亲联系电话 父亲手机号 father_phone
mother__name | NAME | 母亲姓名 母亲 母亲名字 母姓名 mother_name
mother__id_number | ID_NUMBER | 母亲身份证号 母亲身份证号码 母亲身份证 母亲公民身份号码 母亲证件号码 mother_id_number
mother__phone | PHONE | 母亲电话 母亲联系电话 母亲手机号 mother_phone
""".strip()
_CERTIFICATE = """
certificate__number{star} | CERTIFICATE | 残疾证号 残疾人证号 残疾证号码 残疾人证号码 残疾证编号 残疾证 残疾人证 残疾证件号 证号 证件编号 certificate_number
certificate__kind | CODE:disability | 残疾类别 残疾类型 残疾种类 残疾人类别 类别 残疾证类别 disability_kind
certificate__grade | CODE:grade | 残疾等级 残疾级别 残疾程度 等级 残疾证等级 disability_grade
certificate__issued_on | DATE | 发证日期 残疾证发证日期 核发日期 签发日期 办证日期 发证时间 初次发证日期 首次发证日期 首次办证日期 初次办证日期 领证日期 初次领证日期 certificate_issued_on
certificate__expires_on | ANY_DATE | 有效期至 有效期 残疾证有效期 残疾证有效期至 到期日期 截止日期 有效期止 有效期截止 换证日期 证件有效期 certificate_expires_on
certificate__status | CODE:certificate_status | 证件状态 残疾证状态 持证状态 certificate_status
""".strip()
_QUERY = f"""
{_SERIAL}
query__number | TEXT | 查询编号 批次编号 查询序号 query_number
{_NAME}
{_SEX}
{_ID}
answer* | CODE:query_answer | 查询结果 比对结果 反馈结果 结果 核查结果 状态 是否在押 是否在戒 是否服刑 是否强戒 是否在监 查询反馈 反馈 比对情况 查询情况 answer
since | DATE | {{since}}
until | ANY_DATE | {{until}}
place | TEXT | {{place}}
child__name | NAME | 子女姓名 儿童姓名 未成年子女姓名 child_name
child__id_number | ID_NUMBER | 子女身份证号 儿童身份证号 未成年子女身份证号 child_id_number
{_NOTE}"""
_PERSON_NAME = "name* | NAME | 姓名"
_ADULT = _QUERY.replace(_NAME, f"{_PERSON_NAME} 被查询人 父母姓名 查询对象 人员姓名 name").replace(
    "儿童身份证号 儿童身份证号码 学生身份证号", "被查询人身份证号 父母身份证号"
)

REGISTER = f"""
{_SERIAL}
{_NAME}
{_SEX}
{_BORN}
id_type | CODE:id_type | 证件类型 身份证件类型 证件种类 id_type
{_ID.replace("| ID_NUMBER |", "| ANY_ID_NUMBER |")}
ethnicity | CODE:ethnicity | 民族 儿童民族 ethnicity
{_PLACE}
hukou__township | AREA | 户籍乡镇 户籍所在乡镇 户籍地乡镇 户籍所在地乡镇 户口所在乡镇 hukou_township
hukou__village | AREA | 户籍村 户籍所在村 户籍地村 户籍所在地村 户籍地 户籍所在地 户籍 户口所在地 户口地 户籍地址 户口所在村 hukou_village
{_PHONE}
categories | CODES:category | 困境类型 儿童类别 儿童类型 困境类别 类别 类型 保障类别 人员类别 对象类别 困境儿童类型 困境儿童类别 保障类型 categories
category__since | DATE | 认定日期 认定时间 纳入时间 纳入日期 纳入保障时间 享受时间 审批日期 保障时间 享受保障时间 开始享受时间 category_since
economic | CODE:economic | 家庭经济状况 家庭类型 困难类型 经济状况 家庭困难类型 救助类别 家庭经济情况 低保类别 economic_status
{_POOR}
risk | CODE:risk | 风险等级 风险级别 关爱等级 risk_level
opened_on | DATE | 建档日期 建档时间 登记日期 录入日期 opened_on
{_CARER}
guardian__kind | CODE:guardianship | 监护类型 监护方式 监护情况 监护人类型 抚养方式 guardian_kind
guardian__workplace | TEXT | 监护人工作单位 监护人职业 监护人工作地 guardian_workplace
{_PARENTS}
father__status | CODE:parent_status | 父亲情况 父亲状况 父亲状态 父亲现状 father_status
mother__status | CODE:parent_status | 母亲情况 母亲状况 母亲状态 母亲现状 mother_status
{_CERTIFICATE.format(star="")}
school | TEXT | 就读学校 学校 所在学校 学校名称 就读学校及班级 就读学校及年级 就读情况 school
school_grade | TEXT | 年级 班级 就读年级 school_grade
{_NOTE}"""

DISABILITY = f"""
{_SERIAL}
{_NAME.replace("本人姓名", "本人姓名 残疾人姓名 持证人姓名 持证人")}
{_SEX}
{_BORN}
{_ID.replace("儿童身份证号 ", "儿童身份证号 残疾人身份证号 持证人身份证号 ")}
{_CERTIFICATE.format(star="*")}
{_PLACE}
{_PHONE}
{_CARER}
{_NOTE}"""

TWO_SUBSIDIES = f"""
{_SERIAL}
month | MONTH | 发放月份 月份 补贴月份 所属月份 享受月份 年月 发放时间 发放年月 补贴年月 month
{_NAME.replace("本人姓名", "本人姓名 残疾人姓名 补贴对象 受助人姓名 补贴对象姓名")}
{_SEX}
{_BORN}
{_ID.replace("儿童身份证号 ", "儿童身份证号 残疾人身份证号 ")}
{_CERTIFICATE.format(star="")}
subsidy | CODE:subsidy | 补贴类型 补贴项目 享受补贴类型 补贴种类 补贴类别 享受类别 享受补贴种类 享受补贴 subsidy
living_amount | NUMBER | 生活补贴金额 困难残疾人生活补贴金额 生活补贴标准 生活补贴(元) 困难残疾人生活补贴(元) living_amount
nursing_amount | NUMBER | 护理补贴金额 重度残疾人护理补贴金额 护理补贴标准 护理补贴(元) 重度残疾人护理补贴(元) nursing_amount
amount | NUMBER | 补贴金额 金额 发放金额 补贴标准 月补贴金额 发放标准 金额(元) 月补贴标准 amount
pay_status | CODE:pay_status | 发放状态 享受状态 发放结果 状态 pay_status
since | DATE | 享受开始时间 开始享受月份 起始月份 审批时间 开始时间 享受时间 享受起始年月 享受起始时间 审批日期 since
{_PLACE}
{_PHONE}
{_CARER}
{_NOTE}"""

LOW_INCOME = f"""
{_SERIAL}
household | TEXT | 户编号 家庭编号 户号 低保证号 家庭编码 户编码 household_number
head__name | NAME | 户主姓名 户主 申请人姓名 申请人 head_name
head__id_number | ID_NUMBER | 户主身份证号 户主身份证号码 申请人身份证号 户主身份证 申请人身份证号码 head_id_number
{_NAME.replace("姓名 儿童姓名", "姓名 成员姓名 家庭成员姓名 家庭成员 儿童姓名")}
relation | CODE:household_relation | 与户主关系 与申请人关系 家庭关系 关系 relation
{_SEX}
{_BORN}
{_ID.replace("儿童身份证号 ", "儿童身份证号 成员身份证号 家庭成员身份证号 ")}
economic | CODE:economic | 救助类别 困难类型 救助类型 户类型 家庭类型 保障类型 对象类型 人员类别 低保类别 保障类别 监测类型 监测对象类别 监测户类型 类别 economic_status
{_POOR}
since | DATE | 批准日期 享受开始日期 纳入时间 开始享受时间 享受时间 审批时间 开始日期 审批日期 认定时间 识别时间 批准时间 救助开始时间 since
until | ANY_DATE | 终止日期 停发日期 退出时间 截止日期 消除时间 until
amount | NUMBER | 保障金额 户月保障金 金额 月保障金 低保金额 月保障金额 amount
{_PLACE}
{_PHONE}
{_NOTE}"""

DEATHS = f"""
{_SERIAL}
{_NAME.replace("姓名 儿童姓名", "姓名 死者姓名 逝者姓名 死亡人姓名 死亡人员姓名 儿童姓名")}
{_SEX}
{_BORN}
{_ID.replace("身份证号 身份证号码", "身份证号 死者身份证号 逝者身份证号 死亡人员身份证号 身份证号码")}
died_on+ | DATE | 死亡日期 死亡时间 去世日期 逝世日期 死亡年月日 died_on
death__kind | CODE:death_kind | 登记类型 死亡类型 类型 死亡类别 death_kind
cremated_on | DATE | 火化日期 火化时间 cremated_on
cause | TEXT | 死亡原因 死因 cause
{_PLACE.replace("现住址 住址", "现住址 住址 户籍地址 户籍地 户籍所在地 户口所在地")}
{_NOTE}"""

HOUSEHOLD = f"""
{_SERIAL}
household | TEXT | 户号 户编号 户口簿号 household_number
head__name | NAME | 户主姓名 户主 head_name
head__id_number | ID_NUMBER | 户主身份证号 户主身份证号码 户主公民身份号码 head_id_number
{_NAME}
relation | CODE:household_relation | 与户主关系 关系 relation
{_SEX}
{_BORN}
{_ID}
ethnicity | CODE:ethnicity | 民族 ethnicity
{_PARENTS}
event | CODE:hukou_event | 登记类型 变动类型 户籍状态 人员状态 变动原因 状态 event
event_on | DATE | 登记日期 变动日期 变动时间 申报日期 迁移日期 event_on
hukou_nature | CODE:hukou_nature | 户口性质 户籍性质 户口类型 hukou_nature
{_PLACE.replace("现住址 住址", "户籍地址 户口所在地 住址 户籍地 现住址")}
{_NOTE}"""

ATTENDANCE = f"""
{_SERIAL}
school_code | SCHOOL_CODE | 学校标识码 学校代码 学校编码 学校(机构)标识码 school_code
school | TEXT | 学校 学校名称 就读学校 所在学校 school
{_NAME}
{_SEX}
{_BORN}
{_ID}
roll_number | ROLL_NUMBER | 学籍号 学籍号码 全国学籍号 学籍编号 roll_number
school_grade | CODE:grade_of_school | 年级 就读年级 所在年级 grade
class_name | TEXT | 班级 班 所在班级 class
absence | CODE:absence | 缺勤类型 缺勤原因类型 考勤状态 出勤情况 缺课类型 考勤情况 缺勤类别 请假类型 absence
absent_from+ | DATE | 缺勤开始日期 缺课开始日期 离校日期 缺勤日期 未到校日期 开始缺勤日期 缺勤起始日期 日期 开始日期 absent_from
absent_to | DATE | 缺勤结束日期 返校日期 缺课结束日期 缺勤截止日期 结束日期 absent_to
days | NUMBER | 缺勤天数 缺课天数 累计缺勤天数 天数 累计天数 旷课天数 absent_days
reason | TEXT | 缺勤原因 缺课原因 原因 未到校原因 reason
{_PLACE}
{_CARER}
{_NOTE}"""

ADMISSIONS = f"""
{_SERIAL}
{_NAME}
{_SEX}
{_BORN}
{_ID}
exam_number | TEXT | 考生号 准考证号 报名号 exam_number
school+ | TEXT | 录取学校 录取院校 院校名称 学校名称 学校 录取院校名称 school
stage | TEXT | 录取层次 层次 学历层次 录取批次 批次 stage
major | TEXT | 录取专业 专业 专业名称 major
admitted_on | DATE | 录取日期 录取时间 admitted_on
from_school | TEXT | 毕业学校 毕业中学 原就读学校 中学名称 from_school
{_PLACE}
{_PHONE}
{_CARER}
{_NOTE}"""

ILLNESS = f"""
{_SERIAL}
{_NAME.replace("本人姓名", "本人姓名 患者姓名 参保人姓名 患者")}
{_SEX}
{_BORN}
{_ID.replace("儿童身份证号 ", "儿童身份证号 患者身份证号 参保人身份证号 ")}
insured_as | TEXT | 参保类别 人员类别 医疗救助类别 救助对象类别 参保类型 医疗类别 参保身份 insured_as
illness+ | TEXT | 病种 疾病名称 诊断 大病病种 疾病 主要诊断 诊断名称 病种名称 疾病诊断 入院诊断 出院诊断 illness
icd | TEXT | 疾病编码 诊断编码 病种编码 icd icd10
hospital | TEXT | 就诊医院 医院 医疗机构 医疗机构名称 诊断医院 医院名称 就诊医疗机构 定点医疗机构 定点医疗机构名称 hospital
diagnosed_on | DATE | 确诊日期 诊断日期 入院日期 就诊日期 结算日期 入院时间 出院日期 出院时间 结算时间 diagnosed_on
total_cost | NUMBER | 总费用 医疗总费用 费用总额 医疗费用总额 total_cost
own_cost | NUMBER | 自付费用 个人自付 个人负担 自付金额 个人负担费用 个人负担金额 own_cost
{_PLACE}
{_PHONE}
{_CARER}
{_NOTE}"""

PRISON = _ADULT.format(
    since="入监日期 入所日期 服刑开始日期 收监日期 刑期起日 入监时间 服刑时间 收监时间 since",
    until="刑满日期 释放日期 刑期止日 预计释放日期 刑满释放日期 刑满时间 释放时间 刑满释放时间 until",
    place="服刑地点 羁押场所 监狱 关押地点 监狱名称 place",
)
REHABILITATION = _ADULT.format(
    since="入所日期 强戒开始日期 决定日期 入所时间 since",
    until="解除日期 期满日期 强戒结束日期 出所日期 until",
    place="强戒所 戒毒所 场所 戒毒场所 戒毒所名称 place",
)

SESSIONS = f"""
{_SERIAL}
institution* | TEXT | 康复机构 机构名称 定点康复机构 定点机构 康复机构名称 康复训练机构 训练机构 服务机构 机构 institution
{_NAME}
{_SEX}
{_BORN}
{_ID}
help_kind | CODE:rehabilitation_kind | 康复项目 康复类别 训练项目 训练类别 康复训练项目 服务项目 项目 help_kind
held_on* | DATE | 康复日期 训练日期 签到日期 到训日期 康复训练日期 服务日期 上课日期 日期 held_on
hours | HOURS | 课时 课时数 训练时长 时长 康复时长 训练课时 小时数 课时(小时) hours
signed_by* | NAME | 家长签字 家长签名 监护人签字 监护人签名 签字人 签到人 家长签到 签字家长 家长签字(签到) 监护人签到 signed_by
{_PLACE}
{_CARER}
{_NOTE}"""

CLAIMS = f"""
{_SERIAL}
institution* | TEXT | 康复机构 机构名称 定点康复机构 定点机构 康复机构名称 康复训练机构 训练机构 服务机构 申请机构 结算机构 机构 institution
{_NAME}
{_SEX}
{_BORN}
{_ID}
help_kind | CODE:rehabilitation_kind | 康复项目 康复类别 训练项目 训练类别 康复训练项目 服务项目 救助项目 项目 help_kind
month* | MONTH | 结算月份 申请月份 训练月份 康复月份 服务月份 所属月份 月份 年月 month
sessions* | NUMBER | 训练次数 康复次数 康复训练次数 结算次数 申请次数 服务次数 到训次数 次数 sessions
amount* | NUMBER | 结算金额 申请金额 申请结算金额 救助金额 训练费用 康复费用 费用 金额 金额(元) 结算金额(元) 申请金额(元) amount
{_PLACE}
{_CARER}
{_NOTE}"""

# The ministry's sheet of 2013, in its numbers; then two members of the family.
ROLL = f"""
school+ | TEXT | 学校名称 学校 school
school_code | SCHOOL_CODE | 学校标识码 学校(机构)标识码 学校代码 school_code
{_NAME}
sex* | CODE:sex | 性别 sex
birth_date* | DATE | 出生日期 出生年月日 birth_date
birth_place+ | TEXT | 出生地 出生地行政区划代码 birth_place
native_place | TEXT | 籍贯 native_place
ethnicity+ | CODE:ethnicity | 民族 ethnicity
nationality+ | TEXT | 国籍/地区 国籍地区 国籍 nationality
id_type+ | CODE:id_type | 身份证件类型 证件类型 id_type
{_ID.replace("| ID_NUMBER |", "| ANY_ID_NUMBER |")}
overseas+ | CODE:overseas | 港澳台侨外 overseas
political | TEXT | 政治面貌 political_status
health+ | CODE:health | 健康状况 health
photo | TEXT | 照片 photo
pinyin | TEXT | 姓名拼音 拼音 pinyin
former_name | TEXT | 曾用名 former_name
id_valid_to | TEXT | 身份证件有效期 证件有效期 id_valid_to
hukou+ | TEXT | 户口所在地 户口所在地行政区划 户口所在地区划 hukou
hukou_nature | CODE:hukou_nature | 户口性质 hukou_nature
talents | TEXT | 特长 talents
roll_number | ROLL_NUMBER | 学籍号 全国学籍号 学籍号码 roll_number
roll_auxiliary | TEXT | 学籍辅号 roll_auxiliary
number_in_class | TEXT | 班内学号 number_in_class
school_grade* | CODE:grade_of_school | 年级 grade
class_name+ | TEXT | 班级 class
entry_month+ | MONTH | 入学年月 entry_month
entry_way+ | CODE:entry_way | 入学方式 entry_way
study_way+ | CODE:study_way | 就读方式 study_way
source | TEXT | 学生来源 来源 source
address+ | TEXT | 现住址 address
mail_address | TEXT | 通信地址 mail_address
home_address+ | TEXT | 家庭地址 home_address
phone+ | PHONE | 联系电话 phone
post_code+ | TEXT | 邮政编码 邮编 post_code
email | TEXT | 电子信箱 邮箱 email
homepage | TEXT | 主页地址 homepage
only_child+ | YES_NO | 是否独生子女 独生子女 only_child
preschool+ | YES_NO | 是否受过学前教育 受过学前教育 preschool
left_behind+ | CODE:left_behind | 是否留守儿童 留守儿童 left_behind
migrant+ | YES_NO | 是否进城务工人员随迁子女 随迁子女 migrant
orphan+ | YES_NO | 是否孤儿 孤儿 orphan
martyr+ | YES_NO | 是否烈士或优抚子女 烈士或优抚子女 martyr
inclusive | CODE:inclusive | 随班就读 inclusive
disability | CODE:school_disability | 残疾类型 残疾人类型 disability
place_bought | YES_NO | 是否由政府购买学位 政府购买学位 place_bought
needs_aid+ | YES_NO | 是否需要申请资助 是否申请资助 需要申请资助 needs_aid
one_subsidy+ | YES_NO | 是否享受一补 享受一补 是否享受一补(寄宿生补助) one_subsidy
distance | NUMBER | 上下学距离 上下学距离(公里) distance_km
way_to_school | TEXT | 上下学方式 way_to_school
school_bus | YES_NO | 是否需要乘坐校车 乘坐校车 是否乘坐校车 school_bus
""".rstrip()


def _members() -> str:
    lines = []
    for number, (key, written) in enumerate((("guardian", "一"), ("second", "二")), 1):
        for part, kind, word in (
            ("name", "NAME", "姓名"), ("relation", "CODE:relation", "关系"),
            ("relation_note", "TEXT", "关系说明"), ("ethnicity", "CODE:ethnicity", "民族"),
            ("workplace", "TEXT", "工作单位"), ("address", "TEXT", "现住址"),
            ("hukou", "TEXT", "户口所在地"), ("phone", "PHONE", "联系电话"),
            ("is_guardian", "YES_NO", "是否监护人"), ("id_type", "CODE:id_type", "身份证件类型"),
            ("id_number", "ANY_ID_NUMBER", "身份证件号"), ("post", "TEXT", "职务"),
        ):  # fmt: skip
            headings = " ".join(
                f"{group}{word}"
                for group in (
                    f"成员{number}", f"家庭成员{number}", f"成员{written}", f"家庭成员{written}",
                    f"家庭成员或监护人{written}", f"家庭成员或监护人{number}",
                    *(("监护人", "家长") if number == 1 else ()),
                )
            )  # fmt: skip
            if (number, part) == (1, "phone"):
                headings += " 监护人电话 家长电话"
            lines.append(f"{key}__{part} | {kind} | {headings}")
    return "\n".join(lines)


FEEDS: tuple[Feed, ...] = (
    Feed("register", "县级台账", "county register", "民政", _columns(REGISTER), True),
    Feed("disability_certificates", "残疾人证名单", "disability certificates", "残联",
         _columns(DISABILITY)),
    Feed("two_subsidy_roll", "残疾人两项补贴发放名册", "roll of the two subsidies", "民政",
         _columns(TWO_SUBSIDIES)),
    Feed("low_income", "低收入家庭成员名单", "low-income households", "民政、农业农村",
         _columns(LOW_INCOME)),
    Feed("deaths", "死亡和火化名单", "deaths and cremations", "公安、民政", _columns(DEATHS)),
    Feed("household_registration", "户籍登记名单", "household registration", "公安",
         _columns(HOUSEHOLD)),
    Feed("school_roll", "学籍基础信息表", "school roll", "教育", _columns(f"{ROLL}\n{_members()}"),
         True),
    Feed("attendance", "缺勤名单", "attendance", "教育", _columns(ATTENDANCE), True),
    Feed("admissions", "录取名单", "admissions", "教育", _columns(ADMISSIONS)),
    Feed("severe_illness", "重病患者名单", "severe illness", "医保、卫健", _columns(ILLNESS)),
    Feed("prison_results", "服刑查询结果", "answers on prison terms", "司法、公安", _columns(PRISON)),
    Feed("rehabilitation_results", "强制戒毒查询结果", "answers on compulsory rehabilitation",
         "司法、公安", _columns(REHABILITATION)),
    Feed("rehabilitation_sessions", "康复训练签到表", "sessions of rehabilitation", "残联、康复机构",
         _columns(SESSIONS), True),
    Feed("rehabilitation_claims", "康复机构结算申请表", "claims of institutions", "残联、康复机构",
         _columns(CLAIMS), True),
)  # fmt: skip

# ruff: noqa: E501 -- headings stand in one line each
"""The lists that departments send, column by column. Loaded once; then edited in the admin.

How a line is written: `layout_lines`. Documented for strangers in docs/lists.md. Field lists:
domain reference 2.1, 9.2.
"""

from .layout_lines import (
    BORN,
    CARER,
    CERTIFICATE,
    ID,
    NAME,
    NOTE,
    PARENTS,
    PHONE,
    PLACE,
    POOR,
    SERIAL,
    SEX,
    Feed,
    columns,
)
from .school_layouts import ADMISSIONS, ATTENDANCE, ROLL, members

_QUERY = f"""
{SERIAL}
query__number | TEXT | 查询编号 批次编号 查询序号 query_number
{NAME}
{SEX}
{ID}
answer* | CODE:query_answer | 查询结果 比对结果 反馈结果 结果 核查结果 状态 是否在押 是否在戒 是否服刑 是否强戒 是否在监 查询反馈 反馈 比对情况 查询情况 answer
since | DATE | {{since}}
until | ANY_DATE | {{until}}
place | TEXT | {{place}}
child__name | NAME | 子女姓名 儿童姓名 未成年子女姓名 child_name
child__id_number | ID_NUMBER | 子女身份证号 儿童身份证号 未成年子女身份证号 child_id_number
{NOTE}"""
_PERSON_NAME = "name* | NAME | 姓名"
_ADULT = _QUERY.replace(
    NAME,
    f"{_PERSON_NAME} 被查询人 父母姓名 查询对象 人员姓名 服刑人员姓名 罪犯姓名 戒毒人员姓名 name",
).replace(
    "儿童身份证号 儿童身份证号码 学生身份证号",
    "被查询人身份证号 父母身份证号 服刑人员身份证号 戒毒人员身份证号",
)

REGISTER = f"""
{SERIAL}
{NAME}
{SEX}
{BORN}
id_type | CODE:id_type | 证件类型 身份证件类型 证件种类 id_type
{ID.replace("| ID_NUMBER |", "| ANY_ID_NUMBER |")}
ethnicity | CODE:ethnicity | 民族 儿童民族 ethnicity
{PLACE}
hukou__township | AREA | 户籍乡镇 户籍所在乡镇 户籍地乡镇 户籍所在地乡镇 户口所在乡镇 hukou_township
hukou__village | AREA | 户籍村 户籍所在村 户籍地村 户籍所在地村 户籍地 户籍所在地 户籍 户口所在地 户口地 户籍地址 户口所在村 hukou_village
{PHONE}
categories | CODES:category | 困境类型 儿童类别 儿童类型 困境类别 类别 类型 保障类别 人员类别 对象类别 困境儿童类型 困境儿童类别 保障类型 保障对象类别 困境情形 困境儿童分类 categories
category__since | DATE | 认定日期 认定时间 纳入时间 纳入日期 纳入保障时间 享受时间 审批日期 保障时间 享受保障时间 开始享受时间 批准日期 批准时间 纳入保障日期 开始享受日期 category_since
economic | CODE:economic | 家庭经济状况 家庭类型 困难类型 经济状况 家庭困难类型 救助类别 家庭经济情况 低保类别 家庭类别 economic_status
{POOR}
risk | CODE:risk | 风险等级 风险级别 关爱等级 关爱级别 risk_level
opened_on | DATE | 建档日期 建档时间 登记日期 录入日期 登记时间 录入时间 opened_on
{CARER}
guardian__kind | CODE:guardianship | 监护类型 监护方式 监护情况 监护人类型 抚养方式 guardian_kind
guardian__workplace | TEXT | 监护人工作单位 监护人职业 监护人工作地 监护人务工地 监护人务工地点 guardian_workplace
{PARENTS}
father__status | CODE:parent_status | 父亲情况 父亲状况 父亲状态 父亲现状 father_status
mother__status | CODE:parent_status | 母亲情况 母亲状况 母亲状态 母亲现状 mother_status
{CERTIFICATE.format(star="")}
school | TEXT | 就读学校 学校 所在学校 学校名称 就读学校及班级 就读学校及年级 就读情况 就读学校名称 在读学校 现就读学校 school
school_grade | TEXT | 年级 班级 就读年级 所在年级 就读班级 所在班级 年级班级 school_grade
{NOTE}"""

DISABILITY = f"""
{SERIAL}
{NAME.replace("本人姓名", "本人姓名 残疾人姓名 持证人姓名 持证人")}
{SEX}
{BORN}
{ID.replace("儿童身份证号 ", "儿童身份证号 残疾人身份证号 持证人身份证号 ")}
{CERTIFICATE.format(star="*")}
{PLACE}
{PHONE}
{CARER}
{NOTE}"""

TWO_SUBSIDIES = f"""
{SERIAL}
month | MONTH | 发放月份 月份 补贴月份 所属月份 享受月份 年月 发放时间 发放年月 补贴年月 补助月份 享受年月 month
{NAME.replace("本人姓名", "本人姓名 残疾人姓名 补贴对象 受助人姓名 补贴对象姓名 补贴人姓名 享受人姓名 享受对象姓名")}
{SEX}
{BORN}
{ID.replace("儿童身份证号 ", "儿童身份证号 残疾人身份证号 享受人身份证号 补贴对象身份证号 ")}
{CERTIFICATE.format(star="")}
subsidy | CODE:subsidy | 补贴类型 补贴项目 享受补贴类型 补贴种类 补贴类别 享受类别 享受补贴种类 享受补贴 补助类型 补助项目 subsidy
living_amount | NUMBER | 生活补贴金额 困难残疾人生活补贴金额 生活补贴标准 生活补贴(元) 困难残疾人生活补贴(元) 补贴金额生活补贴 发放金额生活补贴 补贴标准生活补贴 发放标准生活补贴 金额生活补贴 补助金额生活补贴 困难残疾人生活补贴 生活补贴 living_amount
nursing_amount | NUMBER | 护理补贴金额 重度残疾人护理补贴金额 护理补贴标准 护理补贴(元) 重度残疾人护理补贴(元) 补贴金额护理补贴 发放金额护理补贴 补贴标准护理补贴 发放标准护理补贴 金额护理补贴 补助金额护理补贴 重度残疾人护理补贴 护理补贴 nursing_amount
is_living | YES_NO | 是否享受生活补贴 是否享受困难残疾人生活补贴 是否享受困难生活补贴 是否困难残疾人生活补贴 是否发放生活补贴 是否领取生活补贴 享受生活补贴 享受困难残疾人生活补贴 是否生活补贴 is_living
is_nursing | YES_NO | 是否享受护理补贴 是否享受重度残疾人护理补贴 是否享受重残护理补贴 是否重度残疾人护理补贴 是否发放护理补贴 是否领取护理补贴 享受护理补贴 享受重度残疾人护理补贴 是否护理补贴 is_nursing
amount | NUMBER | 补贴金额 金额 发放金额 补贴标准 月补贴金额 发放标准 金额(元) 月补贴标准 补助金额 实发金额 月发放金额 amount
pay_status | CODE:pay_status | 发放状态 享受状态 发放结果 状态 pay_status
since | DATE | 享受开始时间 开始享受月份 起始月份 审批时间 开始时间 享受时间 享受起始年月 享受起始时间 审批日期 批准日期 批准时间 开始享受年月 享受补贴时间 补贴起始时间 起始时间 since
{PLACE}
{PHONE}
{CARER}
{NOTE}"""

LOW_INCOME = f"""
{SERIAL}
household | TEXT | 户编号 家庭编号 户号 低保证号 家庭编码 户编码 低保证编号 低保编号 救助证号 家庭户号 household_number
head__name | NAME | 户主姓名 户主 申请人姓名 申请人 户主名称 head_name
head__id_number | ID_NUMBER | 户主身份证号 户主身份证号码 申请人身份证号 户主身份证 申请人身份证号码 head_id_number
{NAME.replace("姓名 儿童姓名", "姓名 成员姓名 家庭成员姓名 家庭成员 共同生活家庭成员姓名 家庭人员姓名 人员姓名 保障人员姓名 儿童姓名")}
relation | CODE:household_relation | 与户主关系 与申请人关系 家庭关系 关系 与户主的关系 与申请人的关系 relation
{SEX}
{BORN}
{ID.replace("儿童身份证号 ", "儿童身份证号 成员身份证号 家庭成员身份证号 共同生活家庭成员身份证号 ")}
economic | CODE:economic | 救助类别 困难类型 救助类型 户类型 家庭类型 保障类型 对象类型 人员类别 低保类别 保障类别 监测类型 监测对象类别 监测户类型 类别 救助对象类别 救助对象类型 困难家庭类型 低收入类型 低收入人口类别 低收入人口类型 监测户类别 户类别 家庭类别 economic_status
{POOR}
since | DATE | 批准日期 享受开始日期 纳入时间 开始享受时间 享受时间 审批时间 开始日期 审批日期 认定时间 识别时间 批准时间 救助开始时间 纳入日期 审批通过时间 救助起始时间 享受低保时间 纳入低保时间 识别日期 纳入监测时间 since
until | ANY_DATE | 终止日期 停发日期 退出时间 截止日期 消除时间 停保日期 停保时间 退出日期 终止时间 终止救助时间 风险消除日期 风险消除时间 until
amount | NUMBER | 保障金额 户月保障金 金额 月保障金 低保金额 月保障金额 户月保障金额 户保障金额 救助金额 补助金额 发放金额 amount
{PLACE}
{PHONE}
{NOTE}"""

DEATHS = f"""
{SERIAL}
{NAME.replace("姓名 儿童姓名", "姓名 死者姓名 逝者姓名 死亡人姓名 死亡人员姓名 亡者姓名 亡故人员姓名 儿童姓名")}
{SEX}
{BORN}
{ID.replace("身份证号 身份证号码", "身份证号 死者身份证号 逝者身份证号 死亡人员身份证号 死亡人身份证号 亡者身份证号 亡故人员身份证号 身份证号码")}
died_on+ | DATE | 死亡日期 死亡时间 去世日期 逝世日期 死亡年月日 逝世时间 去世时间 亡故日期 亡故时间 died_on
death__kind | CODE:death_kind | 登记类型 死亡类型 类型 死亡类别 death_kind
cremated_on | DATE | 火化日期 火化时间 遗体火化日期 遗体火化时间 cremated_on
cause | TEXT | 死亡原因 死因 致死原因 cause
{PLACE.replace("现住址 住址", "现住址 住址 户籍地址 户籍地 户籍所在地 户口所在地 生前住址")}
{NOTE}"""

HOUSEHOLD = f"""
{SERIAL}
household | TEXT | 户号 户编号 户口簿号 household_number
head__name | NAME | 户主姓名 户主 head_name
head__id_number | ID_NUMBER | 户主身份证号 户主身份证号码 户主公民身份号码 head_id_number
{NAME}
relation | CODE:household_relation | 与户主关系 关系 与户主的关系 relation
{SEX}
{BORN}
{ID}
ethnicity | CODE:ethnicity | 民族 ethnicity
{PARENTS}
event | CODE:hukou_event | 登记类型 变动类型 户籍状态 人员状态 变动原因 状态 变更类型 event
event_on | DATE | 登记日期 变动日期 变动时间 申报日期 迁移日期 登记时间 变更日期 迁移时间 event_on
hukou_nature | CODE:hukou_nature | 户口性质 户籍性质 户口类型 户口类别 户籍类型 hukou_nature
{PLACE.replace("现住址 住址", "户籍地址 户口所在地 住址 户籍地 户籍所在地 户籍详细地址 现住址")}
{NOTE}"""

ILLNESS = f"""
{SERIAL}
{NAME.replace("本人姓名", "本人姓名 患者姓名 参保人姓名 患者 病人姓名 就诊人姓名")}
{SEX}
{BORN}
{ID.replace("儿童身份证号 ", "儿童身份证号 患者身份证号 参保人身份证号 病人身份证号 就诊人身份证号 社会保障号码 社会保障号 ")}
insured_as | TEXT | 参保类别 人员类别 医疗救助类别 救助对象类别 参保类型 医疗类别 参保身份 insured_as
illness+ | TEXT | 病种 疾病名称 诊断 大病病种 疾病 主要诊断 诊断名称 病种名称 疾病诊断 入院诊断 出院诊断 所患疾病 病名 患病名称 疾病种类 重大疾病名称 主要诊断名称 疾病诊断名称 illness
icd | TEXT | 疾病编码 诊断编码 病种编码 疾病诊断编码 icd icd10
hospital | TEXT | 就诊医院 医院 医疗机构 医疗机构名称 诊断医院 医院名称 就诊医疗机构 定点医疗机构 定点医疗机构名称 治疗医院 确诊医院 就医机构 hospital
diagnosed_on | DATE | 确诊日期 诊断日期 入院日期 就诊日期 结算日期 入院时间 出院日期 出院时间 结算时间 确诊时间 诊断时间 就诊时间 diagnosed_on
total_cost | NUMBER | 总费用 医疗总费用 费用总额 医疗费用总额 总医疗费用 医疗费总额 total_cost
own_cost | NUMBER | 自付费用 个人自付 个人负担 自付金额 个人负担费用 个人负担金额 个人自付费用 个人自付金额 own_cost
{PLACE}
{PHONE}
{CARER}
{NOTE}"""

PRISON = _ADULT.format(
    since="入监日期 入所日期 服刑开始日期 收监日期 刑期起日 入监时间 服刑时间 收监时间 刑期起始日期 入狱日期 入狱时间 收押日期 羁押日期 刑期起止 刑期起止日期 刑期起止时间 刑期起止年月 刑期起止日 服刑起止日期 服刑起止时间 刑期起 起止日期 起止时间 起止年月 since",
    until="刑满日期 释放日期 刑期止日 预计释放日期 刑满释放日期 刑满时间 释放时间 刑满释放时间 刑期终止日期 刑期截止日期 出狱日期 出狱时间 刑期止 until",
    place="服刑地点 羁押场所 监狱 关押地点 监狱名称 服刑监狱 所在监狱 服刑场所 place",
)
REHABILITATION = _ADULT.format(
    since="入所日期 强戒开始日期 决定日期 入所时间 强戒起始日期 强戒起止日期 强戒起止时间 强制隔离戒毒起止日期 强制隔离戒毒起止时间 戒毒起止日期 戒毒起止时间 起止日期 起止时间 起止年月 since",
    until="解除日期 期满日期 强戒结束日期 出所日期 强戒截止日期 解除时间 期满时间 出所时间 until",
    place="强戒所 戒毒所 场所 戒毒场所 戒毒所名称 强制隔离戒毒所 所在戒毒所 place",
)

SESSIONS = f"""
{SERIAL}
institution* | TEXT | 康复机构 机构名称 定点康复机构 定点机构 康复机构名称 康复训练机构 训练机构 服务机构 机构 institution
{NAME}
{SEX}
{BORN}
{ID}
help_kind | CODE:rehabilitation_kind | 康复项目 康复类别 训练项目 训练类别 康复训练项目 服务项目 项目 help_kind
held_on* | DATE | 康复日期 训练日期 签到日期 到训日期 康复训练日期 服务日期 上课日期 日期 held_on
hours | HOURS | 课时 课时数 训练时长 时长 康复时长 训练课时 小时数 课时(小时) hours
signed_by* | NAME | 家长签字 家长签名 监护人签字 监护人签名 签字人 签到人 家长签到 签字家长 家长签字(签到) 监护人签到 signed_by
{PLACE}
{CARER}
{NOTE}"""

CLAIMS = f"""
{SERIAL}
institution* | TEXT | 康复机构 机构名称 定点康复机构 定点机构 康复机构名称 康复训练机构 训练机构 服务机构 申请机构 结算机构 机构 institution
{NAME}
{SEX}
{BORN}
{ID}
help_kind | CODE:rehabilitation_kind | 康复项目 康复类别 训练项目 训练类别 康复训练项目 服务项目 救助项目 项目 help_kind
month* | MONTH | 结算月份 申请月份 训练月份 康复月份 服务月份 所属月份 月份 年月 month
sessions* | NUMBER | 训练次数 康复次数 康复训练次数 结算次数 申请次数 服务次数 到训次数 次数 sessions
amount* | NUMBER | 结算金额 申请金额 申请结算金额 救助金额 训练费用 康复费用 费用 金额 金额(元) 结算金额(元) 申请金额(元) amount
{PLACE}
{CARER}
{NOTE}"""

FEEDS: tuple[Feed, ...] = (
    Feed("register", "县级台账", "county register", "民政", columns(REGISTER), True),
    Feed("disability_certificates", "残疾人证名单", "disability certificates", "残联",
         columns(DISABILITY)),
    Feed("two_subsidy_roll", "残疾人两项补贴发放名册", "roll of the two subsidies", "民政",
         columns(TWO_SUBSIDIES)),
    Feed("low_income", "低收入家庭成员名单", "low-income households", "民政、农业农村",
         columns(LOW_INCOME)),
    Feed("deaths", "死亡和火化名单", "deaths and cremations", "公安、民政", columns(DEATHS)),
    Feed("household_registration", "户籍登记名单", "household registration", "公安",
         columns(HOUSEHOLD)),
    Feed("school_roll", "学籍基础信息表", "school roll", "教育", columns(f"{ROLL}\n{members()}"),
         True),
    Feed("attendance", "缺勤名单", "attendance", "教育", columns(ATTENDANCE), True),
    Feed("admissions", "录取名单", "admissions", "教育", columns(ADMISSIONS)),
    Feed("severe_illness", "重病患者名单", "severe illness", "医保、卫健", columns(ILLNESS)),
    Feed("prison_results", "服刑查询结果", "answers on prison terms", "司法、公安", columns(PRISON)),
    Feed("rehabilitation_results", "强制戒毒查询结果", "answers on compulsory rehabilitation",
         "司法、公安", columns(REHABILITATION)),
    Feed("rehabilitation_sessions", "康复训练签到表", "sessions of rehabilitation", "残联、康复机构",
         columns(SESSIONS), True),
    Feed("rehabilitation_claims", "康复机构结算申请表", "claims of institutions", "残联、康复机构",
         columns(CLAIMS), True),
)  # fmt: skip

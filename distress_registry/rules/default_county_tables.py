"""Tables that a new installation can report: titles, whom for, and the headings of their columns.

After the tables of domain reference 9.3; a county words them as its superiors ask for them.
"""

from .county_figures import GROUPS, GUARANTEES, STAGES, Counting

Headings = dict[str, tuple[str, str]]

_CIVIL: Headings = {
    "POOR": ("贫困家庭儿童", "children of poor households"),
    "OWN": ("自身残疾儿童", "disabled children"),
    "DE_FACTO": ("事实无人抚养儿童", "de facto unattended children"),
    "AGAIN": ("重复计入", "counted more than once"),
    "DISTRESSED": ("困境儿童合计", "distressed children"),
    "NAMED": ("有身份信息", "with identity"),
    "UNNAMED": ("无身份信息", "without identity"),
    "ORPHANS": ("孤儿合计", "orphans"),
    "INSTITUTION": ("集中养育", "in institutions"),
    "SCATTERED": ("社会散居", "in families"),
    "KEPT_AGAIN": ("两类同时计入", "counted as both"),
    "ADOPTED": ("收养登记", "adopted"),
    "DIBAO": ("低保家庭儿童", "subsistence allowance"),
    "DESTITUTE": ("特困供养未成年人", "destitute support"),
    "VAGRANT": ("流浪乞讨儿童", "street children"),
    "LIVING": ("困难残疾人生活补贴", "living subsidy"),
    "NURSING": ("重度残疾人护理补贴", "nursing subsidy"),
}
_GROUPS: Headings = {
    "ORPHAN": ("孤儿及事实无人抚养", "orphans, de facto unattended"),
    "DESTITUTE": ("特困", "destitute"),
    "UNWELL": ("重病、残疾", "ill or disabled"),
    "OTHER": ("其他", "other"),
    "AGAIN": ("重复计入", "counted more than once"),
    "ALL": ("合计", "together"),
}
_ANSWERS = {"YES": ("已保障", "covered"), "NO": ("未保障", "not covered")}
_GUARANTEES: Headings = _GROUPS | {
    f"{code}_{group}_{answer}": (f"{_GROUPS[group][0]}{zh}", f"{_GROUPS[group][1]}: {en}")
    for code in GUARANTEES
    for group in (*GROUPS, "AGAIN", "ALL")
    for answer, (zh, en) in _ANSWERS.items()
}
_SURVEY: Headings = {
    "BOYS": ("男", "boys"), "GIRLS": ("女", "girls"), "ALL": ("合计", "together"),
    "AGE_0": ("0—5岁", "0–5 years"), "AGE_6": ("6—13岁", "6–13 years"),
    "AGE_14": ("14—15岁", "14–15 years"),
    "KINDERGARTEN": ("在园", "in kindergarten"), "NO_KINDERGARTEN": ("学前未入园", "not in one"),
    "PRIMARY": ("小学", "primary"), "JUNIOR": ("初中", "junior"), "SENIOR": ("高中", "senior"),
    "VOCATIONAL": ("中职", "vocational"), "DROPOUT": ("辍学", "dropout"),
    "NO_SCHOOL": ("未在学", "not in school"),
    "GRANDPARENTS": ("（外）祖父母", "grandparents"), "RELATIVES": ("亲属", "relatives"),
    "PARENT": ("父母一方", "a parent"), "OTHER_CARER": ("其他人", "others"),
    "NO_CARER": ("无人监护", "nobody"),
    "GOOD": ("较好", "good"), "FAIR": ("一般", "fair"), "POOR": ("差", "poor"),
    "HEALTHY": ("健康", "healthy"), "DISABLED": ("残疾", "disabled"), "ILL": ("患病", "ill"),
    "BOARDS": ("寄宿", "boarding"), "AT_HOME": ("不寄宿", "not boarding"),
}  # fmt: skip
_PAYMENTS: Headings = {
    "BEFORE": ("上月人数", "heads last month"), "NEW": ("新增", "new"),
    "STOPPED": ("减少", "reduced"), "HEADS": ("本月人数", "heads this month"),
    "RAISED": ("提标", "upgraded"), "LOWERED": ("降标", "downgraded"),
    "SAME": ("标准不变", "unchanged"),
    "LEAST": ("最低月标准（元）", "least a month, yuan"),
    "MOST": ("最高月标准（元）", "most a month, yuan"),
    "REGULAR": ("本月应发（元）", "of this month, yuan"),
    "ARREARS": ("补发（元）", "arrears, yuan"),
    "RECOVERY": ("追回（元）", "to recover, yuan"), "MONEY": ("金额合计（元）", "sum, yuan"),
    "SENT": ("送银行明细（元）", "lines sent to the bank, yuan"),
    "RUNS": ("批次核定（元）", "runs as checked, yuan"),
}  # fmt: skip
_STAGES = {
    "PRIMARY": ("小学", "primary"), "JUNIOR": ("初中", "junior"),
    "NEITHER": ("未入中小学", "neither"), "ALL": ("合计", "together"),
}  # fmt: skip
_FLOW = {
    "BEGIN": ("期初", "at the beginning"), "CAME": ("新增辍学", "new"),
    "RETURNED": ("劝返复学", "returned"), "LEFT": ("其他减少", "otherwise gone"),
    "END": ("期末", "at the end"),
}  # fmt: skip
_DROPOUT: Headings = {
    f"{stage}_{step}": (f"{_STAGES[stage][0]}{zh}", f"{_STAGES[stage][1]}: {en}")
    for stage in (*STAGES, "ALL")
    for step, (zh, en) in _FLOW.items()
}

TABLES: tuple[tuple[str, str, str, str, str, Counting, Headings], ...] = (
    ("civil_quarter", "儿童福利季报表", "Quarterly civil-affairs table", "民政",
     "《统计法》第七条；民政统计调查制度", Counting.CIVIL, _CIVIL),
    ("five_guarantees", "困境儿童五项保障情况表", "Five guarantees by category", "民政",
     "国发〔2016〕36号；《未成年人保护法》第九十一条", Counting.GUARANTEES, _GUARANTEES),
    ("left_behind_survey", "农村留守儿童摸底排查表", "Survey of left-behind children", "民政",
     "国发〔2016〕13号；《未成年人保护法》第四十三条", Counting.SURVEY, _SURVEY),
    ("payment_notice", "资金发放月报表", "Monthly payment notice", "财政、民政",
     "《预算法》；孤儿基本生活保障有关规定", Counting.PAYMENTS, _PAYMENTS),
    ("dropout_month", "控辍保学月报表（按学校）", "Monthly dropout table, by school", "教育",
     "教育部办公厅2024年4月关于控辍保学报告机制的通知", Counting.DROPOUT_MONTH, _DROPOUT),
    ("dropout_quarter", "控辍保学季报表（按乡镇）", "Quarterly dropout table, by township", "教育",
     "教育部办公厅2024年4月关于控辍保学报告机制的通知", Counting.DROPOUT_QUARTER, _DROPOUT),
)  # fmt: skip

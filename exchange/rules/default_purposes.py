"""For what, and on what ground, departments' lists come in: where a county begins (kind → both).

After domain references 1.1, 2.2, 5 and 10; the county words them in the administration after the
list of shared data that it agreed with each department.
"""

_DISTRESS = "国发〔2016〕36号；《未成年人保护法》第九十一条"
_UNATTENDED = "民发〔2020〕125号；《未成年人保护法》第九十一条"
_SCHOOLING = "《义务教育法》第十一条、第十三条；《未成年人保护法》第二十九条"

PURPOSES = {
    "register": ("建立困境儿童信息档案", "《未成年人保护法》第四十三条；国发〔2016〕36号"),
    "disability_certificates": ("发现未登记的残疾儿童，核对残疾类别和等级", _DISTRESS),
    "two_subsidy_roll": ("核对残疾人两项补贴应补尽补、应退尽退", "国发〔2015〕52号"),
    "low_income": ("发现困难家庭中未登记的儿童", f"《社会救助暂行办法》；{_DISTRESS}"),
    "deaths": ("发现父母死亡的儿童，防止死亡后继续发放", _UNATTENDED),
    "household_registration": ("核对学龄儿童入学和户籍迁移", _SCHOOLING),
    "school_roll": ("核对学籍与档案，发现未入学儿童", _SCHOOLING),
    "attendance": ("发现缺勤和疑似辍学的儿童", _SCHOOLING),
    "admissions": ("落实新生资助", "《社会救助暂行办法》；国发〔2016〕36号"),
    "severe_illness": ("发现重病儿童和父母重病的家庭", _DISTRESS),
    "rehabilitation_sessions": (
        "登记残疾儿童康复训练次数，结算救助经费",
        "国发〔2018〕20号；《残疾预防和残疾人康复条例》第二十六条",
    ),
    "rehabilitation_claims": (
        "核对并结算残疾儿童康复救助经费",
        "国发〔2018〕20号；《残疾预防和残疾人康复条例》第二十六条",
    ),
    "prison_results": ("核实父母服刑情况", _UNATTENDED),
    "rehabilitation_results": ("核实父母强制隔离戒毒情况", _UNATTENDED),
}

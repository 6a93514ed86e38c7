"""Lists that a new installation can send: (key, titles, department, purpose, ground, who, columns).

After the sheets of the national systems (domain reference 9.1 and 9.2); a county corrects headings
and codes in the administration when its system writes them otherwise.
"""

YES_NO = {"YES": "1", "NO": "0"}
SEX = {"MALE": "1", "FEMALE": "2"}  # GB/T 2261.1
SEX_NAME = {"MALE": "男", "FEMALE": "女"}
RELATION = {
    "FATHER": "父亲", "MOTHER": "母亲", "GRANDFATHER_PATERNAL": "祖父",
    "GRANDMOTHER_PATERNAL": "祖母", "GRANDFATHER_MATERNAL": "外祖父",
    "GRANDMOTHER_MATERNAL": "外祖母", "SIBLING": "兄弟姐妹", "UNCLE_AUNT": "叔伯姑舅姨",
    "STEPPARENT": "继父母", "FOSTER": "寄养家庭", "INSTITUTION": "机构", "OTHER": "其他",
}  # fmt: skip
ID_TYPE = {
    "RESIDENT_ID": "居民身份证", "BIRTH_CERTIFICATE": "出生医学证明",
    "HK_MACAO_TAIWAN": "港澳台通行证", "PASSPORT": "护照", "NONE": "无",
}  # fmt: skip
DISABILITY = {
    "1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重",
}  # fmt: skip
EXIT = {
    "AGE_18": "年满18周岁", "SCHOOL_END": "完成学业", "ADOPTED": "被收养",
    "CHILD_DEATH": "儿童死亡",
    "PARENT_RELEASED": "父母刑满释放", "REHAB_DONE": "父母戒毒期满", "PARENT_FOUND": "父母寻回",
    "PARENT_RECOVERED": "父母恢复抚养能力", "GUARDIANSHIP_RESTORED": "恢复监护权",
    "MOVED_OUT": "户籍迁出", "TYPE_CHANGED": "类别变更", "FRAUD": "弄虚作假",
    "VOLUNTARY": "自愿放弃",
    "DUPLICATE": "重复登记", "OTHER": "其他",
}  # fmt: skip
_WHO = [("姓名", "child.name"), ("性别", "child.sex", SEX_NAME),
        ("证件类型", "child.id_type", ID_TYPE), ("身份证号", "child.id_number"),
        ("出生日期", "child.birth_date"), ("民族", "child.ethnicity")]  # fmt: skip
_WHERE = [("乡镇", "child.township"), ("村（社区）", "child.village"), ("户籍地", "child.hukou"),
          ("家庭住址", "child.address")]  # fmt: skip
_CARER = [("监护人姓名", "carer.name"), ("与儿童关系", "carer.relation", RELATION),
          ("监护人身份证号", "carer.id_number"), ("监护人电话", "carer.phone")]  # fmt: skip
_PARENTS = [
    (f"{zh}{what}", f"{who}.{field}")
    for who, zh in (("father", "父亲"), ("mother", "母亲"))
    for what, field in (("姓名", "name"), ("身份证号", "id_number"), ("电话", "phone"),
                        ("情况", "status"))
]  # fmt: skip
_SERIAL = [("序号", "list.serial")]

LAYOUTS = [
    (
        "child_welfare", "儿童福利信息系统导入表", "child-welfare information system", "民政",
        "录入全国儿童福利信息系统", "《未成年人保护法》第四十三条、第九十一条", "CATEGORY",
        [*_SERIAL, *_WHO, *_WHERE, ("儿童类别", "child.categories"), *_CARER, *_PARENTS,
         ("家庭经济状况", "child.economic"), ("就读学校", "school.name"), ("年级", "school.grade"),
         ("残疾证号", "certificate.number"), ("建档日期", "child.opened_on")],
    ),
    (
        "two_subsidies", "残疾人两项补贴核对名册", "roll for the two subsidies", "民政、残联",
        "核对残疾人两项补贴应享未享", "《残疾人保障法》第四十六条", "CERTIFICATE",
        [*_SERIAL, *_WHO, *_WHERE, ("残疾证号", "certificate.number"),
         ("残疾类别", "certificate.kind", DISABILITY), ("残疾等级", "certificate.grade"),
         ("发证日期", "certificate.issued_on"), ("有效期至", "certificate.expires_on"),
         ("家庭经济状况", "child.economic"), *_CARER, ("享受项目", "aid.programmes"),
         ("月补贴金额", "aid.amount")],
    ),
    (
        "school_roll", "学籍核对表", "sheet for the school roll", "教育",
        "核对学籍，控辍保学", "《义务教育法》第十三条", "ENROLLED",
        [*_SERIAL, ("学校名称", "school.name"), ("学校标识码", "school.code"),
         ("姓名", "child.name"), ("性别", "child.sex", SEX), ("出生日期", "child.birth_date"),
         ("民族", "child.ethnicity"), ("身份证件号", "child.id_number"),
         ("学籍号", "school.roll_number"), ("学段", "school.stage"), ("年级", "school.grade"),
         ("班级", "school.class_name"), ("入学日期", "school.starts_on"),
         ("就读方式", "school.boarding", {"NO": "1", "YES": "2"}), ("现住址", "child.address"),
         ("联系电话", "carer.phone"), ("成员姓名", "carer.name"),
         ("成员关系", "carer.relation", RELATION), ("成员身份证件号", "carer.id_number"),
         ("是否留守儿童（民政认定）", "child.is_left_behind", YES_NO),
         ("是否孤儿", "child.is_orphan", YES_NO), ("残疾类型", "certificate.kind", DISABILITY),
         ("享受项目", "aid.programmes")],
    ),
    (
        "student_aid", "学生资助核对名单", "list for student aid", "教育",
        "认定家庭经济困难学生并发放资助",
        "《家庭经济困难学生认定工作指导意见》（教财〔2018〕16号）",
        "ENROLLED",
        [*_SERIAL, ("学校名称", "school.name"), *_WHO[:4], ("学籍号", "school.roll_number"),
         ("学段", "school.stage"), ("年级", "school.grade"), ("班级", "school.class_name"),
         ("是否寄宿", "school.boarding", {"YES": "是", "NO": "否"}),
         ("困难类型", "child.economic"), ("儿童类别", "child.categories"),
         ("享受项目", "aid.programmes"), ("监护人姓名", "carer.name"),
         ("监护人电话", "carer.phone"), ("认定等级", "aid.tier")],
    ),
    (
        "left_behind_b", "农村留守儿童信息表", "left-behind children, form B", "民政、教育、公安",
        "农村留守儿童动态管理",
        "《国务院关于加强农村留守儿童关爱保护工作的意见》（国发〔2016〕13号）",
        "LEFT_BEHIND",
        [*_SERIAL, *_WHO, *_WHERE, ("残疾类别", "certificate.kind", DISABILITY),
         ("残疾等级", "certificate.grade"), ("就学情况", "school.stage"),
         ("就读学校", "school.name"), ("是否寄宿", "school.boarding", {"YES": "是", "NO": "否"}),
         *_PARENTS, ("受委托监护人姓名", "carer.name"), ("与儿童关系", "carer.relation", RELATION),
         ("受委托监护人身份证号", "carer.id_number"), ("受委托监护人电话", "carer.phone"),
         ("监护类型", "carer.kind"), ("家庭经济状况", "child.economic"),
         ("祖父母、外祖父母", "family.grandparents"), ("父亲工作单位", "father.workplace"),
         ("母亲工作单位", "mother.workplace"), ("享受项目", "aid.programmes")],
    ),
    (
        "exit_e", "儿童福利系统终止表", "exit form of the child-welfare system", "民政",
        "在全国儿童福利信息系统办理终止", "《未成年人保护法》第九十一条", "CLOSED",
        [("儿童编号", "child.case_number"), *_WHO[:1], *_WHO[3:4],
         ("儿童类别", "child.categories"), ("性别", "child.sex", SEX_NAME),
         ("出生日期", "child.birth_date"), ("家庭住址", "child.address"),
         ("终止原因", "child.closing_reason", EXIT), ("终止日期", "child.closed_on"),
         ("最后发放月份", "aid.last_month")],
    ),
]  # fmt: skip

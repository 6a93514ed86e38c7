# ruff: noqa: E501 -- headings stand in one line each
"""What schools and the education department send: absences, admissions, the school roll."""

from .layout_lines import (
    BORN,
    CARER,
    ID,
    NAME,
    NOTE,
    PHONE,
    PLACE,
    SERIAL,
    SEX,
)

ATTENDANCE = f"""
{SERIAL}
school_code | SCHOOL_CODE | 学校标识码 学校代码 学校编码 学校(机构)标识码 school_code
school | TEXT | 学校 学校名称 就读学校 所在学校 就读学校名称 学校全称 school
{NAME}
{SEX}
{BORN}
{ID}
roll_number | ROLL_NUMBER | 学籍号 学籍号码 全国学籍号 学籍编号 roll_number
school_grade | CODE:grade_of_school | 年级 就读年级 所在年级 grade
class_name | TEXT | 班级 班 所在班级 班级名称 class
absence | CODE:absence | 缺勤类型 缺勤原因类型 考勤状态 出勤情况 缺课类型 考勤情况 缺勤类别 请假类型 absence
absent_from+ | DATE | 缺勤开始日期 缺课开始日期 离校日期 缺勤日期 未到校日期 开始缺勤日期 缺勤起始日期 日期 开始日期 缺课日期 旷课开始日期 请假开始日期 absent_from
absent_to | DATE | 缺勤结束日期 返校日期 缺课结束日期 缺勤截止日期 结束日期 旷课结束日期 请假结束日期 absent_to
days | NUMBER | 缺勤天数 缺课天数 累计缺勤天数 天数 累计天数 旷课天数 请假天数 未到校天数 连续缺勤天数 连续旷课天数 连续未到校天数 absent_days
reason | TEXT | 缺勤原因 缺课原因 原因 未到校原因 请假原因 旷课原因 缺勤事由 请假事由 辍学原因 reason
{PLACE}
{CARER}
{NOTE}"""

ADMISSIONS = f"""
{SERIAL}
{NAME.replace("本人姓名", "本人姓名 考生姓名")}
{SEX}
{BORN}
{ID.replace("儿童身份证号 ", "儿童身份证号 考生身份证号 ")}
exam_number | TEXT | 考生号 准考证号 报名号 考生编号 高考报名号 高考准考证号 exam_number
school+ | TEXT | 录取学校 录取院校 院校名称 学校名称 学校 录取院校名称 录取学校名称 录取高校 录取大学 高校名称 院校 school
stage | TEXT | 录取层次 层次 学历层次 录取批次 批次 培养层次 stage
major | TEXT | 录取专业 专业 专业名称 major
admitted_on | DATE | 录取日期 录取时间 admitted_on
from_school | TEXT | 毕业学校 毕业中学 原就读学校 中学名称 毕业学校名称 毕业高中 就读高中 生源学校 from_school
{PLACE}
{PHONE}
{CARER}
{NOTE}"""

# The ministry's sheet of 2013, in its numbers; then two members of the family.
ROLL = f"""
school+ | TEXT | 学校名称 学校 就读学校 所在学校 学校全称 school
school_code | SCHOOL_CODE | 学校标识码 学校(机构)标识码 学校代码 school_code
{NAME}
sex* | CODE:sex | 性别 sex
birth_date* | DATE | 出生日期 出生年月日 出生年月 birth_date
birth_place+ | TEXT | 出生地 出生地行政区划代码 birth_place
native_place | TEXT | 籍贯 native_place
ethnicity+ | CODE:ethnicity | 民族 ethnicity
nationality+ | TEXT | 国籍/地区 国籍地区 国籍 nationality
id_type+ | CODE:id_type | 身份证件类型 证件类型 id_type
{ID.replace("| ID_NUMBER |", "| ANY_ID_NUMBER |")}
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
roll_number | ROLL_NUMBER | 学籍号 全国学籍号 学籍号码 学籍编号 roll_number
roll_auxiliary | TEXT | 学籍辅号 roll_auxiliary
number_in_class | TEXT | 班内学号 number_in_class
school_grade* | CODE:grade_of_school | 年级 就读年级 所在年级 grade
class_name+ | TEXT | 班级 班级名称 所在班级 class
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


def members() -> str:
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

# ruff: noqa: E501 -- headings stand in one line each
"""How a layout of lists is written down, and the lines that many of them share.

A line is «key | kind[:table] | headings»; the key has a star where a list without the column cannot
be used, and a plus where the column may be missing, but none of its cells.
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


def columns(text: str) -> tuple[Column, ...]:
    return tuple(_column(line) for line in text.strip().splitlines())


def _column(line: str) -> Column:
    key, kind, headings = (part.strip() for part in line.split("|"))
    name, _, table = kind.partition(":")
    words = tuple(word for word in headings.split() if word)
    return Column(key.rstrip("*+"), Kind[name], words, key.endswith("*"), key[-1] in "*+", table)


SERIAL = "serial | SERIAL | 序号 编号 No no. 序列"
NAME = "name* | NAME | 姓名 儿童姓名 学生姓名 名字 孩子姓名 儿童 本人姓名 困境儿童姓名 未成年人姓名 对象姓名 受助儿童姓名 保障对象姓名 name"
SEX = "sex | CODE:sex | 性别 儿童性别 sex"
BORN = (
    "birth_date | DATE | 出生日期 出生年月日 出生年月 生日 儿童出生日期 出生时间 儿童出生年月"
    " birth_date birthday"
)
ID = (
    "id_number | ID_NUMBER | 身份证号 身份证号码 公民身份号码 公民身份证号码 身份证 证件号码 身份证件号"
    " 儿童身份证号 儿童身份证号码 学生身份证号 居民身份证号 居民身份证号码 身份证件号码 身份号码 证件号"
    " 公民身份证号 id_number"
)
TOWN = "township | AREA | 乡镇 乡镇街道 乡(镇) 镇街 所在乡镇 街道 镇 乡 所属乡镇 乡镇(街道) 街镇 所属街道 所在街道 镇街道 乡镇名称 township"
VILLAGE = (
    "village | AREA | 村 村居 行政村 村(社区) 村社区 所在村 村(居) 村委会 社区 村居委会 所属村"
    " 村(居)委会 居住村 现居住村 村名 村名称 居委会 镇村 镇村组 乡镇村组 村组 所在村组 village"
)
CODE = "area_code | AREA | 区划代码 行政区划代码 村代码 区划编码 地区编码 行政区划 area_code"
ADDRESS = (
    "address | TEXT | 现住址 住址 家庭住址 家庭地址 居住地址 详细地址 地址 居住地 现居住地"
    " 家庭详细地址 现居住地址 常住地址 常住地 家庭现住址 实际居住地 实际居住地址 居住地详细地址"
    " address"
)
PLACE = f"{TOWN}\n{VILLAGE}\n{CODE}\n{ADDRESS}"
NOTE = "note | TEXT | 备注 说明 备 注 note"
PHONE = (
    "phone | PHONE | 联系电话 电话 手机号 手机 联系方式 手机号码 电话号码 本人电话 儿童电话"
    " 本人联系电话 phone"
)
POOR = """
is_dibao | YES_NO:economic | 是否低保 是否低保户 是否低保对象 是否低保家庭 是否享受低保 是否纳入低保 是否最低生活保障 低保户 低保 is_dibao
is_destitute | YES_NO:economic | 是否特困 是否特困户 是否特困供养 是否特困人员 是否五保 是否五保户 特困户 特困供养 特困 is_destitute
is_near_threshold | YES_NO:economic | 是否低保边缘 是否低保边缘户 是否低保边缘家庭 是否低边 是否低收入 是否低收入家庭 低保边缘户 低保边缘 is_near_threshold
is_rigid | YES_NO:economic | 是否刚性支出困难 是否刚性支出困难家庭 是否支出型困难 是否支出型困难家庭 is_rigid_expenditure
is_monitored | YES_NO:economic | 是否监测户 是否监测对象 是否防返贫监测对象 是否防止返贫监测对象 是否易返贫致贫户 监测户 监测对象 is_monitored
""".strip()
CARER = """
guardian__name | NAME | 监护人姓名 监护人 主要监护人 监护人名字 实际监护人 法定监护人 抚养人 抚养人姓名 家长姓名 照料人姓名 照料人 照护人 照护人姓名 实际照料人 委托照护人 guardian_name
guardian__relation | CODE:relation | 与儿童关系 监护人与儿童关系 与监护人关系 监护人关系 关系 与儿童的关系 监护关系 与被监护人关系 与残疾人关系 与学生关系 与本人关系 与持证人关系 与孩子关系 与照料人关系 与抚养人关系 与实际监护人关系 与监护人的关系 guardian_relation
guardian__id_number | ID_NUMBER | 监护人身份证号 监护人身份证号码 监护人身份证 监护人证件号码 监护人公民身份号码 抚养人身份证号 家长身份证号 guardian_id_number
guardian__phone | PHONE | 监护人电话 监护人联系电话 监护人手机 监护人手机号 监护人联系方式 监护人手机号码 抚养人电话 家长电话 家长联系电话 家长联系方式 guardian_phone
""".strip()
PARENTS = """
father__name | NAME | 父亲姓名 父亲 父亲名字 父姓名 生父姓名 father_name
father__id_number | ID_NUMBER | 父亲身份证号 父亲身份证号码 父亲身份证 父亲公民身份号码 父亲证件号码 father_id_number
father__phone | PHONE | 父亲电话 父亲联系电话 父亲手机号 father_phone
mother__name | NAME | 母亲姓名 母亲 母亲名字 母姓名 生母姓名 mother_name
mother__id_number | ID_NUMBER | 母亲身份证号 母亲身份证号码 母亲身份证 母亲公民身份号码 母亲证件号码 mother_id_number
mother__phone | PHONE | 母亲电话 母亲联系电话 母亲手机号 mother_phone
""".strip()
CERTIFICATE = """
certificate__number{star} | CERTIFICATE | 残疾证号 残疾人证号 残疾证号码 残疾人证号码 残疾证编号 残疾证 残疾人证 残疾证件号 证号 证件编号 残疾人证编号 残疾证件编号 certificate_number
certificate__kind | CODE:disability | 残疾类别 残疾类型 残疾种类 残疾人类别 类别 残疾证类别 主要残疾类别 残别 disability_kind
certificate__grade | CODE:grade | 残疾等级 残疾级别 残疾程度 等级 残疾证等级 级别 残疾证级别 残级 残疾等次 主要残疾等级 残疾类别等级 残疾类别及等级 残疾类别和等级 残疾类别与等级 残疾类型及等级 残疾类型等级 disability_grade
certificate__issued_on | DATE | 发证日期 残疾证发证日期 核发日期 签发日期 办证日期 发证时间 初次发证日期 首次发证日期 首次办证日期 初次办证日期 领证日期 初次领证日期 签发时间 核发时间 办证时间 残疾证办理时间 批残日期 批残时间 certificate_issued_on
certificate__expires_on | ANY_DATE | 有效期至 有效期 残疾证有效期 残疾证有效期至 到期日期 截止日期 有效期止 有效期截止 换证日期 证件有效期 到期时间 残疾证到期时间 证件有效期至 失效日期 certificate_expires_on
certificate__status | CODE:certificate_status | 证件状态 残疾证状态 持证状态 残疾人证状态 证件状况 certificate_status
""".strip()

# ruff: noqa: E501 -- headings stand in one line each
"""What cells with codes mean: written → code of ours. Loaded once; then edited in the admin.

School roll: codes of the ministry's sheet of 2013. Certificates: the digits in the number. Medical
insurance: «name-code» in one cell. Domain reference 2.1 and 9.2.
"""


def _table(text: str) -> dict[str, str]:
    """Lines of «CODE: written written …»."""
    found = {}
    for line in text.strip().splitlines():
        code, _, written = line.strip().partition(":")
        for word in (code.lower(), *written.split()):
            found[word.lower()] = code
    return found


CODE_TABLES: dict[str, dict[str, str]] = {
    "sex": _table("""
        MALE: 男 男性 男孩 1 m
        FEMALE: 女 女性 女孩 2 f"""),
    "id_type": _table("""
        RESIDENT_ID: 居民身份证 身份证 1 01
        BIRTH_CERTIFICATE: 出生医学证明 出生证明 出生证
        HK_MACAO_TAIWAN: 港澳台居民居住证 港澳居民来往内地通行证 台湾居民来往大陆通行证 港澳台通行证
        PASSPORT: 护照
        NONE: 无 无证件 暂无 未上户"""),
    "relation": _table("""
        FATHER: 父亲 父 爸爸 父子 父女 生父 51
        MOTHER: 母亲 母 妈妈 母子 母女 生母 52
        GRANDFATHER_PATERNAL: 祖父 爷爷 爷孙 61
        GRANDMOTHER_PATERNAL: 祖母 奶奶 祖孙 62
        GRANDFATHER_MATERNAL: 外祖父 外公 姥爷 63
        GRANDMOTHER_MATERNAL: 外祖母 外婆 姥姥 64
        SIBLING: 哥哥 姐姐 兄弟 姐妹 兄 姐 弟 妹 兄弟姐妹 71 73
        UNCLE_AUNT: 叔叔 伯父 伯伯 伯母 婶婶 姑姑 姑妈 姑父 舅舅 舅父 舅妈 舅母 姨妈 姨 姨父 叔 伯 姑 舅 叔伯 叔侄
        STEPPARENT: 继父 继母 养父 养母
        FOSTER: 寄养家庭 寄养 寄养人
        INSTITUTION: 儿童福利院 福利院 福利机构 机构 敬老院 民政部门 民政局
        OTHER: 其他 其它 其他亲属 亲属 亲戚 堂兄 表兄 曾祖父 曾祖母 邻居 村委会 村委会代管 监护人"""),
    "guardianship": _table("""
        PARENT: 父母 父母监护 亲生父母
        LEGAL: 法定监护 法定监护人 指定监护 监护人 祖辈监护 隔代监护 亲属监护
        TEMPORARY: 临时监护 临时监护人 临时
        ENTRUSTED: 委托照护 委托照护人 委托监护 委托 受委托人 实际照料人 照料人
        INSTITUTION: 机构监护 机构养育 集中养育 机构"""),
    "category": _table("""
        ORPHAN_INST: 集中养育孤儿 机构孤儿 机构养育孤儿 集中供养孤儿 福利机构孤儿
        ORPHAN_SCAT: 社会散居孤儿 散居孤儿 孤儿 城乡孤儿 7041
        DE_FACTO: 事实无人抚养儿童 事实无人抚养 事实无人抚养儿 7141
        HIV: 艾滋病病毒感染儿童 感染儿童 艾滋病感染儿童
        SEV_DISABLED: 重残儿童 重度残疾儿童 重残 重度残疾 城乡重度残疾人员 7069
        SEV_ILL: 重病儿童 重病 患重病儿童 重病(含罕见病)儿童 大病儿童
        DISABLED: 残疾儿童 残疾
        LOWINC_DIBAO: 低保家庭儿童 低保儿童 低保 低保户
        LOWINC_EDGE: 低保边缘家庭儿童 低保边缘 边缘家庭儿童
        LOWINC_RIGID: 刚性支出困难家庭儿童 支出型困难家庭儿童 刚性支出
        POVERTY_MONITOR: 防止返贫监测对象家庭儿童 防返贫监测家庭儿童 监测户儿童 监测户 监测对象
        TEKUN: 特困供养未成年人 特困儿童 特困 特困人员 特困供养 7131
        LEFT_BEHIND: 农村留守儿童 留守儿童 留守
        MIGRANT: 流动儿童
        ABUSED: 遭受侵害儿童 监护侵害儿童 受侵害儿童 被侵害儿童
        TRAFFIC_RESCUED: 打拐解救儿童 打拐儿童
        VAGRANT: 流浪乞讨儿童 流浪儿童
        GUARD_GAP_TEMP: 监护缺失 监护缺失儿童 监护缺失(临时) 临时监护缺失
        CUSTODY_CHILD: 服刑人员未成年子女 服刑人员子女 强戒人员子女 服刑强戒人员子女
        PSY_BEHAV: 心理行为异常儿童 心理异常儿童
        DROPOUT: 辍学儿童 失学儿童 失学辍学
        NO_HUKOU: 无户籍儿童 无户口儿童
        OTHER_LOCAL: 其他困境 其他困境儿童 其他 困境儿童"""),
    "economic": _table("""
        ORDINARY: 一般 一般家庭 普通 普通家庭 无 否 非困难
        DIBAO: 低保 低保户 低保家庭 最低生活保障 低保对象 农村低保 城市低保 低保中重残重病人员 7019
        NEAR_THRESHOLD: 低保边缘 边缘户 低保边缘家庭 边缘家庭 低收入 低收入家庭
        RIGID_EXPENDITURE: 刚性支出困难家庭 支出型困难家庭 刚性支出 支出型 突发严重困难户 7205
        DESTITUTE: 特困 特困人员 特困供养 五保 特困户 7131
        POVERTY_MONITORED: 监测户 监测对象 防返贫监测对象 防返贫监测户 脱贫不稳定户 边缘易致贫户 突发严重困难"""),
    "risk": _table("""
        UNKNOWN: 未评估
        LOW: 低 低风险 一般
        MEDIUM: 中 中风险 较高
        HIGH: 高 高风险"""),
    "parent_status": _table("""
        DEAD: 死亡 去世 亡故 已故 死
        MISSING_DECLARED: 失踪 宣告失踪 法院宣告失踪
        SEVERE_DISABILITY: 重残 重度残疾 残疾
        SERIOUS_ILLNESS: 重病 大病 患病
        IMPRISONED: 服刑 服刑在押 在押 坐牢 监狱服刑
        COMPULSORY_REHAB: 强制隔离戒毒 强戒 强制戒毒 戒毒
        OTHER_RESTRAINT: 被执行其他限制人身自由的措施 限制人身自由
        LOST_CONTACT: 失联 失去联系 离家出走 下落不明 改嫁失联
        GUARDIANSHIP_REVOKED: 撤销监护资格 被撤销监护资格 撤销监护
        DEPORTED: 被遣送 遣送出境 驱逐出境
        NONE: 正常 健在 健康 无 在家 务农 务工 外出务工 打工 离异 改嫁
        UNKNOWN: 不详 身份不明 未知"""),
    "disability": _table("""
        1: 视力 视力残疾 盲
        2: 听力 听力残疾 聋
        3: 言语 言语残疾 语言 语言残疾
        4: 肢体 肢体残疾 肢残
        5: 智力 智力残疾 智残
        6: 精神 精神残疾 孤独症 自闭症
        7: 多重 多重残疾 综合"""),
    "grade": _table("""
        1: 一级 壹级 一 1级 重度一级
        2: 二级 贰级 二 2级
        3: 三级 叁级 三 3级
        4: 四级 肆级 四 4级"""),
    "certificate_status": _table("""
        VALID: 有效 正常 在用 已发证 持证
        EXPIRED: 过期 已过期 到期 失效
        FROZEN: 冻结 已冻结
        CANCELLED: 注销 已注销 作废
        MOVED: 迁出 迁移 已迁出
        LOST_REISSUED: 补办 遗失补办 挂失补办 换发"""),
    "subsidy": _table("""
        LIVING: 困难残疾人生活补贴 生活补贴 困难补贴 困难生活补贴
        NURSING: 重度残疾人护理补贴 护理补贴 重残护理补贴
        BOTH: 两项补贴 两项均享受 生活补贴和护理补贴 两项"""),
    "pay_status": _table("""
        PAID: 正常 发放 已发放 发放成功 成功 在享
        STOPPED: 停发 停止 取消 注销 退出
        SUSPENDED: 暂停 缓发
        FAILED: 失败 发放失败 退票 未成功"""),
    "death_kind": _table("""
        DEATH: 死亡 正常死亡 疾病死亡 非正常死亡 意外死亡 病故 死亡注销
        CREMATION: 火化 已火化
        DECLARED: 宣告死亡 法院宣告死亡"""),
    "household_relation": _table("""
        HEAD: 户主 本人 本人或户主
        SPOUSE: 配偶 妻 夫 妻子 丈夫
        CHILD: 子 女 儿子 女儿 长子 次子 三子 长女 次女 三女 独生子 独生女 子女 养子 养女 继子 继女
        GRANDCHILD: 孙子 孙女 外孙 外孙子 外孙女 孙 孙子女
        PARENT: 父亲 母亲 父 母 公公 婆婆 岳父 岳母
        SIBLING: 兄弟 姐妹 兄 弟 姐 妹
        OTHER: 其他 其它 侄子 侄女 外甥 外甥女 其他亲属 非亲属 祖父 祖母"""),
    "hukou_event": _table("""
        BIRTH: 出生登记 出生 新生儿 出生申报
        IN: 迁入 市外迁入 省外迁入
        OUT: 迁出 迁往市外 迁往省外
        CANCELLED: 注销 死亡注销
        PRESENT: 在册 正常 常住"""),
    "hukou_nature": _table("""
        1: 非农业户口 非农业 城镇 城市 居民户口 非农
        2: 农业户口 农业 农村"""),
    "health": _table("""
        10: 健康 良好 健康或良好
        20: 一般 较弱 一般或较弱
        30: 有慢性病 慢性病
        40: 有生理缺陷 生理缺陷
        50: 残疾"""),
    "overseas": _table("""
        0: 否 非港澳台侨 不是 无 00
        1: 香港同胞 香港 01
        2: 澳门同胞 澳门 02
        3: 台湾同胞 台湾 03
        4: 华侨 04 侨眷 归侨
        9: 外国人 外籍 其他 99"""),
    "grade_of_school": _table("""
        P0: 幼儿园 小班 中班 大班 学前 学前班
        P1: 一年级 小学一年级 小一 11
        P2: 二年级 小学二年级 小二 12
        P3: 三年级 小学三年级 小三 13
        P4: 四年级 小学四年级 小四 14
        P5: 五年级 小学五年级 小五 15
        P6: 六年级 小学六年级 小六 16
        J1: 七年级 初一 初中一年级 初中七年级 21
        J2: 八年级 初二 初中二年级 初中八年级 22
        J3: 九年级 初三 初中三年级 初中九年级 23
        S1: 高一 高中一年级 十年级 31 中职一年级 职一
        S2: 高二 高中二年级 十一年级 32 中职二年级 职二
        S3: 高三 高中三年级 十二年级 33 中职三年级 职三"""),
    "entry_way": _table("""
        11: 就近入学 就近
        12: 其他就近 其他方式就近入学
        21: 统一招生考试 普通入学 考试 中考
        22: 体育特招
        23: 艺术特招
        99: 其他 其它"""),
    "study_way": _table("""
        1: 走读
        2: 住校 住宿 寄宿
        3: 借宿
        9: 其他"""),
    "left_behind": _table("""
        0: 非留守儿童 否 不是 无
        1: 单亲留守 单亲留守儿童 一方外出 父母一方外出
        2: 双亲留守 双亲留守儿童 双方外出 父母双方外出"""),
    "inclusive": _table("""
        0: 非随班就读 否 无 不是
        1: 视力残疾随班就读
        2: 听力残疾随班就读
        3: 言语残疾随班就读
        4: 肢体残疾随班就读
        5: 智力残疾随班就读
        6: 精神残疾随班就读
        7: 多重残疾随班就读
        9: 其他残疾随班就读 其他随班就读 是 随班就读"""),
    "school_disability": _table("""
        0: 无残疾 无 否
        1: 视力残疾 视力
        2: 听力残疾 听力
        3: 言语残疾 言语
        4: 肢体残疾 肢体
        5: 智力残疾 智力
        6: 精神残疾 精神
        7: 多重残疾 多重
        9: 其他残疾 其他"""),
    "absence": _table("""
        SICK: 病假 生病 疾病
        LEAVE: 事假 请假
        UNEXCUSED: 旷课 缺课 无故缺勤 未到校 失联 缺勤
        PRESENT: 到校 出勤 正常 已返校"""),
    "query_answer": _table("""
        YES: 是 在押 在戒 服刑 正在服刑 在册 有 查有 查到 符合 y 1 命中
        NO: 否 无 未查到 查无 不在押 无记录 未在押 未在戒 n 0 不符合
        RELEASED: 已释放 刑满释放 释放 解除 已解除 解戒 出狱"""),
}

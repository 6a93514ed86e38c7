"""Surnames of more than one character, and how surnames are read.

A surname is often read unlike the same character elsewhere, and by some families one way, by some
the other; officers type either.
"""

COMPOUND_SURNAMES = frozenset(
    """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳
    公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙
    壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉
    公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长
    子书 子桑 即墨 达奚 褚师 纳兰 单于 叶赫 完颜 耶律 贺兰 哥舒 宿勤 完顏 葉赫 歐陽 司馬 東方 獨孤
    南宮 萬俟 聞人 諸葛 尉遲 赫連 澹臺 濮陽 公孫 鍾離 長孫 鮮于 閭丘 顓孫 樂正 穀梁 軒轅 東郭 西門
    賀蘭 納蘭 達奚
    """.split()  # noqa: SIM905
)

# Syllables of each reading, the usual one first. Only what families go by: dictionaries know
# more (方 as pang), and would find the wrong people.
_READINGS = """
    曾 zeng/ceng 单 shan/dan/chan 單 shan/dan 解 xie/jie 区 ou/qu 區 ou/qu 仇 qiu/chou 查 zha/cha
    朴 piao/pu 盖 ge/gai 蓋 ge/gai 乐 yue/le 樂 yue/le 召 shao/zhao 翟 zhai/di 缪 miao/mou 宓 mi/fu
    折 she/zhe 种 chong/zhong 覃 qin/tan 重 chong/zhong 秘 bi/mi 员 yun/yuan 柏 bai/bo 薄 bo/bao
    车 che/ju 冯 feng/ping 黑 he/hei 纥 ge/he 隗 wei/kui 郗 xi/chi 洗 xian/xi 祭 zhai/ji
    长 chang/zhang 石 shi/dan 万 wan/mo 尉 wei/yu 吕 lv/lu 呂 lv/lu 闾 lv/lu 乜 nie/mie 适 kuo/shi
    阚 kan/han 繁 po/fan 句 gou/ju 难 nan/ning 行 xing/hang 贾 jia/gu 牟 mou/mu 厘 li/xi 莘 shen/xin
    俞 yu/shu 盛 sheng/cheng 都 du/dou 强 qiang/jiang 郇 xun/huan 隽 juan/jun 藏 zang/cang
    颉 xie/jie 宿 su/xiu 么 yao/me 贲 ben/bi 角 jue/jiao 郄 qie/xi 术 zhu/shu 朝 chao/zhao 不 fou/bu
    费 fei/bi 谌 chen/shen 晟 cheng/sheng 蔚 yu/wei 瞿 qu/ju 卜 bu/bo 佴 nai/er 那 na/nuo 谷 gu/yu
    尹 yin 任 ren 燕 yan 华 hua 冼 xian 纪 ji 晁 chao 干 gan 葛 ge 过 guo 哈 ha 教 jiao 相 xiang
    洪 hong 应 ying 臧 zang 翁 weng 幺 yao 褚 chu 庹 tuo 黄 huang 占 zhan 大 da 台 tai 宁 ning
    甄 zhen 逄 pang 殷 yin 於 yu 禚 zhuo 眭 sui 叶 ye 湛 zhan 沈 shen 祝 zhu 汤 tang 仉 zhang 逯 lu
    尉迟 yu'chi/wei'chi 尉遲 yu'chi/wei'chi 万俟 mo'qi/wan'si 萬俟 mo'qi/wan'si 澹台 tan'tai
    澹臺 tan'tai 长孙 zhang'sun/chang'sun 長孫 zhang'sun/chang'sun 单于 chan'yu/shan'yu
    宿勤 su'qin 谷梁 gu'liang 鲜于 xian'yu 亓官 qi'guan 乐正 yue'zheng/le'zheng 子车 zi'ju/zi'che
    仲长 zhong'chang/zhong'zhang 公乘 gong'sheng/gong'cheng 宰父 zai'fu 令狐 ling'hu 夹谷 jia'gu
    叶赫 ye'he 褚师 chu'shi 贯丘 guan'qiu 公玉 gong'yu
""".split()  # noqa: SIM905
SURNAME_READINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    surname: tuple(tuple(reading.split("'")) for reading in readings.split("/"))
    for surname, readings in zip(_READINGS[::2], _READINGS[1::2], strict=True)
}

# The most frequent surnames that are read in one way only, whatever else a dictionary knows.
READ_AS_USUAL = frozenset(
    "王李张刘陈杨赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐于董萧程曹袁邓许傅彭苏卢蒋蔡丁魏薛阎余潘杜戴夏钟"
    "汪田姜范方姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙段雷钱黎易常武乔贺赖龚文庞樊兰施陶安颜倪严牛温"
    "芦季章鲁韦申尤毕聂丛焦向柳邢路岳齐莫庄辛管左涂祁时舒耿詹关苗凌靳童欧项曲成游阳裴席卫屈鲍位霍隋植甘景"
    "包司柯阮桂柴冉房边辜吉饶刁戚丘古米池滕晋苑邬畅宫来苟全廉简娄符奚木穆党郎邸冀谈姬屠连郜晏栾郁商蒙计喻"
    "揭窦迟宇敖糜鄢冷卓花艾蓝巩稽井练虞卞封竺原官衣楚佟栗匡宗巫鞠僧桑荆银扬明沙伏岑习胥保和蔺水云昌凤皮伍"
    "元平汝肖佘"
)

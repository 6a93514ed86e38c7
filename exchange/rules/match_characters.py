"""Characters of names that stand for one another: two forms of one, or alike to a tired eye."""

_SIMPLE = """
    張张 劉刘 陳陈 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 蕭萧 鄧邓 許许 呂吕 蘇苏
    盧卢 蔣蒋 賈贾 葉叶 閻阎 閆闫 鍾钟 鐘钟 譚谭 鄒邹 陸陆 韋韦 龍龙 萬万 賴赖 龔龚 龐庞 顧顾 錢钱
    湯汤 嚴严 溫温 齊齐 喬乔 賀贺 顏颜 蘭兰 魯鲁 畢毕 聶聂 駱骆 莊庄 關关 項项 歐欧 單单 區区 闕阙
    饒饶 鄔邬 婁娄 應应 榮荣 華华 國国 偉伟 強强 軍军 傑杰 麗丽 靜静 濤涛 豔艳 艷艳 剛刚 紅红 飛飞
    鳳凤 雲云 蓮莲 環环 愛爱 鶯莺 瑩莹 瓊琼 貞贞 婭娅 嬌娇 媽妈 寶宝 寧宁 甯宁 曉晓 東东 棟栋 樂乐
    標标 樹树 橋桥 歡欢 漢汉 潔洁 澤泽 滿满 濱滨 燦灿 爾尔 獻献 瑋玮 瑪玛 畫画 發发 碩硕 禮礼 穎颖
    頴颖 紹绍 維维 綺绮 緯纬 綠绿 績绩 繼继 續续 義义 聖圣 聰聪 聲声 興兴 萊莱 葦苇 蔭荫 薔蔷 藝艺
    蘊蕴 衛卫 親亲 觀观 計计 詩诗 詠咏 誠诚 語语 諾诺 謙谦 證证 識识 豐丰 財财 貴贵 賢贤 賓宾 贊赞
    軒轩 輝辉 輪轮 連连 進进 運运 達达 遠远 選选 遙遥 鄉乡 鈞钧 銀银 銘铭 銳锐 鋭锐 鋒锋 錄录 錦锦
    鎮镇 鏡镜 鐵铁 長长 門门 開开 閔闵 閃闪 陽阳 際际 隨随 雙双 電电 霧雾 靈灵 韻韵 順顺 須须 頌颂
    預预 領领 願愿 養养 駿骏 騰腾 驊骅 驍骁 驥骥 魚鱼 鮮鲜 鯤鲲 鴻鸿 鵬鹏 鶴鹤 麥麦 黨党 齡龄 龜龟
    峯峰 啟启 啓启 鑑鉴 鑒鉴 勛勋 勳勋 羣群 閱阅 閲阅 爲为 為为 嫺娴 嫻娴 姍姗 絲丝 純纯 紀纪 結结
    綱纲 緣缘 緒绪 縈萦 繹绎 縝缜 纖纤 蒓莼 薩萨 藍蓝 衆众 裏里 訓训 諺谚 讓让 賽赛 趨趋 跡迹 輔辅
    轉转 邁迈 邊边 鄺邝 釗钊 鈴铃 鍵键 鎧铠 鑾銮 陰阴 雋隽 雞鸡 靄霭 風风 馭驭 馳驰 駒驹 驕骄 鳴鸣
    鸞鸾 瑒玚 瑤瑶 瑯琅 璉琏 璣玑 璽玺 嵐岚 島岛 崗岗 嶺岭 嶽岳 幫帮 幹干 廣广 慶庆 憲宪 懷怀 戀恋
    揚扬 擇择 暢畅 曄晔 會会 條条 棗枣 業业 極极 樸朴 機机 檉柽 權权 歲岁 氣气 淚泪 淵渊 淶涞 渾浑
    湧涌 滬沪 漣涟 潤润 澀涩 濟济 瀅滢 瀾澜 灝灏 煒炜 煥焕 燁烨 燈灯 營营 爭争 牽牵 獨独 獎奖 當当
    皚皑 盡尽 睜睁 祿禄 禎祯 禕祎 種种 積积 穩稳 競竞 筆笔 簡简 籌筹 糧粮
"""
# What one of them is written for: by hand, by scan, by a hurried choice among candidates.
_ALIKE = """
    己已巳 未末朱 日曰目 晴睛 戊戌戍戎 土士 干千于 天夭 人入八 大太犬 王玉主 治冶 洁沽 洋祥样详
    伟炜玮纬韦 萍苹 茵菌 莹萤荧 瑶遥谣摇 琪淇祺棋旗 晨辰 浩皓 宇字 萱宣 涵函 妍研 博搏 楠南 杨扬
    汪旺 侯候 付傅 肖萧 闫阎 兰三 邱丘 吕昌 倩清靖请情晴 婧靖 杉彬彤形 徐除余 陈阵 孙孔 田由甲申
    刘对 李季 余佘 沈忱 任仕 祁祈 纪记 段假 鸟乌 免兔 爪瓜 历厉 拨拔 冯马 刁习 今令 幻幼 裴斐 婷停亭
    茹如 凤风岚 嘉喜 佳住桂挂 凯铠 鹏朋 阿啊 娜那 古吉 卓阜 芳芬 芸芝 欣新 颖颍 琳林淋 珊册 思恩
    轩杆 俊峻竣骏 杰木 诚城成 志忘 贵责 雪霜 金全 明朋 月用 冬各 力刀 丹舟 文交 方万 平乎 生主 立位
    光先 名各 江红 安妥 宏宠 君群 英荚 勇男 春舂 秀季 美关 娟捐 桃挑 海诲 梅海 萌明 博传 敏每 淑叔
    雅稚 智知 惠慧 瑞端 福副 静净 熙照 慧彗 毅殷 霞露 曦羲
"""

FORMS = str.maketrans({pair[0]: pair[1] for pair in _SIMPLE.split()})
_GROUPS: dict[str, set[int]] = {}
for _number, _group in enumerate(_ALIKE.split()):
    for _character in _group:
        _GROUPS.setdefault(_character, set()).add(_number)


def fold(name: str) -> str:
    """The name in simplified characters, Latin letters in capitals: what equal names share."""
    return name.translate(FORMS).upper()


def look_alike(one: str, other: str) -> bool:
    return not _GROUPS.get(one, set()).isdisjoint(_GROUPS.get(other, set()))

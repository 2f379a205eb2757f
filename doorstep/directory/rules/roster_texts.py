"""In which words is each finding told: what is wrong, then why and what to do."""

from __future__ import annotations

from collections.abc import Mapping


def _(text: str) -> str:
    """Mark a text for translation; whoever shows it translates it."""
    return text


# Said at the terminal of a file that is not there.
FILE_MISSING = "没有找到文件 %s。请检查路径。"
# A finding in one line.
SENTENCE = _("%(what)s。%(why)s")

# code -> what, and why or what to do. Parameters are filled in by name.
TEXTS: Mapping[str, tuple[str, str]] = {
    # the file
    "file.empty": (_("文件是空的"), _("请打开检查一下，有内容再上传。")),
    "file.too_large": (_("文件有 %(size)s MB，超过 %(limit)s MB"), _("请删掉图片和多余的表，或按支部分成几个文件。")),
    "file.et": (_("这是 WPS 的 .et 文件"), _("请在 WPS 里“另存为”.xlsx，再上传。")),
    "file.wrong_extension": (
        _("文件名是 %(extension)s，内容却是 %(kind)s"),
        _("扩展名和内容不符。请用 Excel 或 WPS 打开，另存为 .xlsx，再上传。"),
    ),
    "file.pdf": (_("这是 PDF，不是表格"), _("请找到原来的 Excel 表，或把内容填进模板，再上传。")),
    "file.picture": (_("这是图片，不是表格"), _("请把内容填进模板，再上传。")),
    "file.archive": (_("这是压缩包，不是表格"), _("请先解压，再上传里面的 .xlsx、.xls 或 .csv 文件。")),
    "file.document": (_("这是 Word 或演示文稿，不是表格"), _("请把里面的表格复制到 Excel，存成 .xlsx，再上传。")),
    "file.web_page": (
        _("文件里其实是网页格式"),
        _("有的系统导出的“Excel”是网页。请用 Excel 或 WPS 打开，另存为 .xlsx，再上传。"),
    ),
    "file.unknown": (_("认不出这是什么文件"), _("可以上传 .xlsx、.xls 和 .csv。请用 Excel 或 WPS 另存为 .xlsx。")),
    "file.damaged": (
        _("文件损坏，打不开"),
        _("可能没有传完或没有存好。请用 Excel 或 WPS 打开，另存为新的 .xlsx，再上传。"),
    ),
    "file.bomb": (
        _("文件解压后大得不正常"),
        _("为了安全没有打开。请把要导入的内容复制到一个新的 Excel 表，再上传。"),
    ),
    "file.encrypted": (_("文件加了密码"), _("请打开后取消密码（文件—信息—保护工作簿），保存，再上传。")),
    "file.too_many_rows": (
        _("表格太长，超过 %(limit)s 行"),
        _("多半是空行带了格式。请把有数据的行复制到一个新表，再上传；人确实多，就按乡镇分成几个文件。"),
    ),
    "file.too_many_columns": (
        _("表格太宽，超过 %(limit)s 列"),
        _("请把有数据的列复制到一个新表，再上传。"),
    ),
    "file.other_sheet": (_("这是 %(kind)s 格式"), _("请另存为 .xlsx，再上传。")),
    "file.macros": (_("文件里带有宏"), _("请另存为不含宏的 .xlsx，再上传。")),
    "file.error_value": (
        _("%(cell)s 单元格是错误值"),
        _("原来的内容已经丢了。请重新填，或清空这一格，再上传。"),
    ),
    "file.formula": (
        _("%(cell)s 单元格是公式"),
        _("公式的结果可能不准。请全选、复制，用“选择性粘贴—数值”粘回去，再上传。"),
    ),
    "file.no_sheet": (_("文件里没有能看见的表"), _("请取消隐藏要导入的那张表，再上传。")),
    "file.no_rows": (_("表里没有数据"), _("请检查是不是存错了表。")),
    "file.no_heading": (
        _("没有找到表头"),
        _("表头里至少要有“姓名”或“身份证号”，再加一列别的。请对照模板改一改，再上传。"),
    ),
    "file.encoding": (_("文字编码认不出来"), _("请用 Excel 或 WPS 打开，另存为 .xlsx，再上传。")),
    "file.quotes": (_("CSV 里的引号不成对"), _("请用 Excel 或 WPS 打开检查，另存为 .xlsx，再上传。")),
    "file.too_heavy": (
        _("文件太复杂，核对没有完成"),
        _("超过了时间或内存的限度。请只留有数据的行和列，另存为新的 .xlsx，再上传。"),
    ),
    # the row
    "row.title": (_("标题行"), _("不是人员，不导入。")),
    "row.heading": (_("表头"), _("不是人员，不导入。")),
    "row.heading_again": (_("中间又出现的表头"), _("不是人员，不导入。")),
    "row.blank": (_("空行"), _("不导入。")),
    "row.total": (_("合计行"), _("不是人员，不导入。")),
    "row.footnote": (_("说明或签字行"), _("不是人员，不导入。")),
    "row.section": (_("分组标题“%(text)s”"), _("不是人员，不导入。")),
    "row.only_number": (_("只有序号"), _("没有填人，不导入。")),
    "row.skipped_by_user": (_("您选择了跳过这行"), _("没有导入。")),
    "row.twice": (
        _("和第 %(first)s 行是同一个身份证号"),
        _("第 %(first)s 行和第 %(row)s 行重复。保留第 %(first)s 行，请删掉或跳过这一行。"),
    ),
    "row.twice_other_name": (
        _("和第 %(first)s 行的身份证号一样，姓名不同"),
        _("第 %(first)s 行和第 %(row)s 行不会是两个人。请核对是哪一行填错了。"),
    ),
    # required columns
    "required.column": (_("表里没有“%(column)s”这一列"), _("请在“各列是什么”里选出这一列，或统一填一个值。")),
    "required.empty": (_("“%(column)s”没有填"), _("这一项必须填。")),
    "membership_state.column_missing": (_("没有“党籍状态”这一列"), _("按“正常”记。停止党籍的人请单独注明。")),
    # name
    "name.missing": (_("没有姓名"), _("请补上，或跳过这行。")),
    "name.normalised": (_("姓名里的空格已去掉"), _("原来是“%(raw)s”。")),
    "name.unreadable": (_("姓名里有显示不出的字"), _("“%(raw)s”有字丢失，多半是生僻字。请重新输入。")),
    "name.with_marks": (_("姓名里夹了别的内容"), _("“%(raw)s”。请确认姓名，备注另写一列。")),
    "name.length": (_("姓名的字数不对"), _("“%(raw)s”。请检查。")),
    "name.long": (_("姓名比较长"), _("“%(raw)s”。请看一看是不是写了两个人。")),
    "name.digits": (_("姓名里有数字"), _("“%(raw)s”。请检查。")),
    "name.signs": (
        _("姓名里有不该有的符号"),
        _("“%(raw)s”。除了汉字和字母，只能有空格、点、连字符和撇号，而且不能在最前面。"),
    ),
    "name.foreign": (_("姓名不全是汉字"), _("“%(raw)s”。请看一看对不对。")),
    # ID number
    "id.missing": (_("没有身份证号"), _("请补上 18 位号码，或跳过这行。")),
    "id.normalised": (_("身份证号已整理"), _("去掉了空格、全角或引号。")),
    "id.lost_digits": (
        _("身份证号被 Excel 改成了数字"),
        _("“%(raw)s”，后几位已经丢失，系统猜不出来。请把这一列设成“文本”再重新填。"),
    ),
    "id.rounded": (_("身份证号末三位变成了 000"), _("Excel 只记得住 15 位数字。请把这一列设成“文本”再重新填。")),
    "id.masked": (_("身份证号带星号"), _("导入要用完整的 18 位。")),
    "id.legacy": (_("身份证号是旧的 15 位"), _("15 位号码已停用。可以按规则换成 18 位，请您确认。")),
    "id.legacy_wrong": (_("身份证号是 15 位，而且换不成 18 位"), _("里面的出生日期或地区不对。请按新证重填。")),
    "id.lookalike": (_("身份证号里有字母 %(letter)s"), _("第 %(position)s 位应是数字。")),
    "id.several": (_("一格里有两个身份证号"), _("请分开填，一行一个人。")),
    "id.with_text": (_("身份证号里夹了文字"), _("里面有一个完整的号码。请确认。")),
    "id.length": (_("身份证号是 %(length)s 位"), _("应是 18 位。请核对是漏了还是多了。")),
    "id.characters": (_("身份证号里有别的字符"), _("应是 17 位数字加 1 位数字或 X。")),
    "id.checksum": (_("身份证号校验不对"), _("末位“%(last)s”和前 17 位算出来的不一样，至少有一位填错了。")),
    "id.birth_impossible": (_("身份证号里没有这一天"), _("第 7 到 14 位是 %(birth)s，日历上没有。")),
    "id.birth_in_future": (_("身份证号里的出生日期还没到"), _("第 7 到 14 位是 %(birth)s。")),
    "id.birth_too_early": (_("身份证号里的出生日期太早"), _("第 7 到 14 位是 %(birth)s。")),
    "id.region_unknown": (_("身份证号前 6 位没有这个地区"), _("%(region)s 从 1980 年起都没有用过。")),
    "id.region_retired": (
        _("身份证号前 6 位在出生前就停用了"),
        _("%(region)s（%(name)s）用到 %(year)s 年，这个人 %(birth)s 年才出生。"),
    ),
    "id.region_demo": (_("身份证号前 6 位没有这个地区"), _("%(region)s 是演示用的号段，不能导入真实名册。")),
    # sex, birth
    "sex.mismatch": (_("性别和身份证第 17 位不一致"), _("按身份证是%(by_id_name)s。")),
    "sex.swapped": (
        _("性别的编号可能反了"),
        _("用编号填的 %(count)s 行里有 %(wrong)s 行和身份证相反，多半是 1=女、2=男。可以整列对调。"),
    ),
    "birth.mismatch": (_("出生日期和身份证不一致"), _("填的是 %(written)s，身份证是 %(by_id)s。")),
    "birth.settled_by_id": (_("出生日期按身份证"), _("填的日期有两种读法，身份证定了是哪一种。")),
    # dates
    "date.chinese_digits": (_("日期是中文数字"), _("已换成阿拉伯数字。")),
    "date.two_digit_year": (_("年份只有两位"), _("按 %(year)s 年记，请看一看。")),
    "date.year_only": (_("只有年份"), _("按 %(year)s 年 1 月 1 日记。")),
    "date.day_zero": (_("日期的“日”是 0"), _("只记到月份。")),
    "date.month_impossible": (_("没有 %(month)s 月"), _("请重新填。")),
    "date.day_impossible": (_("%(year)s 年 %(month)s 月没有 %(day)s 日"), _("请重新填。")),
    "date.in_future": (_("日期还没到"), _("填的是 %(date)s。")),
    "date.too_early": (_("日期太早"), _("填的是 %(date)s。")),
    "date.lost_zero": (_("分不清是 1 月还是 10 月"), _("Excel 把“%(raw)s0”存成了“%(raw)s”。请选一个。")),
    "date.order": (_("分不清哪个是月、哪个是日"), _("“%(raw)s”。请选一个。")),
    "date.serial": (_("日期变成了一个数"), _("“%(raw)s”可能是 Excel 的日期序号。请确认。")),
    "date.six_digits": (_("日期只有六位"), _("“%(raw)s”。请确认年份。")),
    "date.english": (_("日期是英文写法"), _("“%(raw)s”。请确认。")),
    "date.lunar": (_("这是农历"), _("“%(raw)s”。请填公历。")),
    "date.with_text": (_("日期里夹了文字"), _("“%(raw)s”。请确认。")),
    "date.several": (_("一格里有几个日期"), _("“%(raw)s”。请只填一个。")),
    "date.unreadable": (_("看不懂这个日期"), _("“%(raw)s”。请写成 2001-07-01 这样。")),
    "join.too_young": (
        _("入党时不满 %(adult)s 岁"),
        _("出生 %(birth)s，入党 %(date)s，那时 %(age)s 岁。请再核对一次档案。"),
    ),
    "join.as_child": (
        _("入党时不满 %(child)s 岁"),
        _("出生 %(birth)s，填的是 %(date)s，那时 %(age)s 岁。请核对这两个日期。"),
    ),
    "join.before_birth": (_("日期早于出生日期"), _("出生 %(birth)s，填的是 %(date)s。请核对这两个日期。")),
    "join.before_party": (_("入党日期早于建党"), _("填的是 %(date)s。")),
    "join.not_a_member": (_("不是党员却有入党日期"), _("填的是 %(date)s。请核对人员类别。")),
    "formal.before_join": (_("转正日期早于入党日期"), _("入党 %(join)s，转正 %(formal)s。")),
    "formal.too_soon": (_("预备期不满一年"), _("入党 %(join)s，转正 %(formal)s。请再核对一次档案。")),
    "formal.too_late": (
        _("入党 %(most)s 年多才转正"),
        _("入党 %(join)s，转正 %(formal)s。预备期连同延长最多 %(most)s 年，请再核对一次档案。"),
    ),
    "formal.probationary": (_("预备党员不该有转正日期"), _("填的是 %(date)s。已经转正的，请把人员类别改成正式党员。")),
    "formal.not_a_member": (_("不是党员却有转正日期"), _("填的是 %(date)s。请核对人员类别。")),
    "formal.missing": (_("正式党员没有转正日期"), _("可以先导入，以后补上。")),
    "category.too_young": (
        _("正式党员现在不满 %(adult)s 岁"),
        _("出生 %(birth)s，现在 %(age)s 岁。请核对出生日期和人员类别。"),
    ),
    "category.long_probation": (_("预备期超过两年"), _("入党 %(date)s。请看一看是不是已经转正。")),
    # codes
    "code.normalised": (_("已按标准名称记"), _("%(name)s。")),
    "code.rough": (_("“%(raw)s”没有完全对应的说法"), _("按“%(name)s”记，请看一看。")),
    "code.by_number": (_("填的是编号 %(raw)s"), _("按“%(name)s”记。各系统编号不同，请看一看。")),
    "code.number_unknown": (_("没有编号 %(raw)s"), _("请填名称。")),
    "code.several": (_("“%(raw)s”有几种可能"), _("请选一个。")),
    "code.unknown": (_("没有“%(raw)s”这一项"), _("请选标准名称。")),
    "category.outsider": (_("“%(raw)s”不是党员"), _("党员名册里请不要列。可以跳过这行。")),
    "category.gone": (_("“%(raw)s”的人不再导入"), _("请跳过这行。")),
    "occupation.free_text": (_("工作岗位按原文记"), _("“%(raw)s”。")),
    "post.not_a_party_post": (_("“%(raw)s”不是党内职务"), _("没有记职务。")),
    "post.partly_read": (_("“%(raw)s”里有看不懂的职务"), _("只记了认得的。")),
    "yes_no.unreadable": (_("“%(raw)s”看不出是还是否"), _("请选一个。")),
    # plain columns
    "mobile.normalised": (_("手机号已整理"), _("去掉了空格、横线或区号。")),
    "mobile.lost_digits": (_("手机号被 Excel 改成了数字"), _("“%(raw)s”，后几位已经丢失。请重新填。")),
    "mobile.point_zero": (_("手机号后面多了“.0”"), _("像是电子表格把号码当成了小数。请确认去掉“.0”后的号码。")),
    "mobile.masked": (_("手机号带星号"), _("请填完整的 11 位，或留空。")),
    "mobile.several": (_("一格里有几个手机号"), _("请选一个。")),
    "mobile.letters": (_("手机号里有字母"), _("请确认。")),
    "mobile.landline": (_("这是固定电话"), _("可以移到“固定电话”。")),
    "mobile.with_text": (_("手机号里夹了文字"), _("里面有一个完整的号码。请确认。")),
    "mobile.beginning": (_("手机号以 %(start)s 开头"), _("有 11 位，但手机号都以 13 到 19 开头。请核对。")),
    "mobile.length": (_("手机号是 %(length)s 位"), _("应是 11 位。")),
    "text.too_long": (_("“%(column)s”有 %(length)s 个字"), _("最多 %(longest)s 个字，请改短。")),
    "cell.error_value": (
        _("“%(column)s”里是 Excel 的错误值"),
        _("%(raw)s，原来的内容已经丢了。请重新填，或清空这一格。"),
    ),
    "text.unreadable": (_("“%(column)s”里有显示不出的字"), _("“%(raw)s”。请重新输入。")),
    "party_age.unreadable": (_("党龄看不懂"), _("“%(raw)s”。党龄会按转正日期算。")),
    "party_age.differs": (
        _("党龄和转正日期对不上"),
        _("填的是 %(stated)s 年，算出来是 %(counted)s 年。以转正日期为准。"),
    ),
    "flow_to.abroad": (_("流向按原文记"), _("“%(raw)s”。")),
    "flow_to.unknown": (_("认不出流向"), _("“%(raw)s”按原文记。写明省、市、县更好统计。")),
    "flow_to.several": (_("有几个“%(raw)s”"), _("请选一个，或写明省、市。")),
    "flow_to.not_floating": (_("写了流向，却填了不流动"), _("请看一看“是否流动”。")),
    "lost.no_date": (_("失联没有日期"), _("请补失去联系的年月。")),
    "lost.not_said": (_("有失联日期，没填是否失联"), _("填的是 %(date)s。")),
    "lost.too_short": (_("失去联系才 %(months)s 个月"), _("满 %(least)s 个月才算失联。")),
    # units
    "branch.missing": (_("没有填支部"), _("请补上，或在上面统一选一个支部。")),
    "branch.unknown": (_("没有找到“%(raw)s”"), _("请核对名称，或先在单位里建这个支部。")),
    "branch.several": (_("有 %(count)s 个“%(raw)s”"), _("%(names)s。表里没写上级，请选一个。")),
    "branch.several_places": (
        _("有 %(count)s 个地方可能叫“%(raw)s”"),
        _("有支部的：%(names)s；还没有支部的：%(places)s。表里没写上级，请核对是不是选项里的。"),
    ),
    "branch.outside": (_("“%(raw)s”不归您管"), _("%(unit)s。您只能导入本单位的人，请跳过这行。")),
    "branch.not_a_branch": (_("“%(raw)s”不是支部"), _("%(unit)s。请填到支部。")),
    "branch.above_branch": (_("直接记在“%(unit)s”"), _("不在支部里。")),
    # against the database
    "person.other_name": (_("身份证号登记的是“%(name)s”"), _("请核对是改了名，还是号码填错了。")),
    "person.other_name_elsewhere": (_("身份证号已登记给别人"), _("姓名不同，且不在您管的范围里。请核对号码。")),
    "person.same_name_other_id": (
        _("本支部已有同名同生日的人，身份证号不同"),
        _("请看一看是不是同一个人换了号码。"),
    ),
    "member.elsewhere": (_("组织关系现在“%(unit)s”"), _("可以转到“%(to)s”，从 %(on)s 起算；以前的记录不变。")),
    "member.outside": (_("组织关系不在您管的范围里"), _("请先办组织关系转接，再导入；或跳过这行。")),
    "member.moved_today": (_("组织关系今天才转到“%(unit)s”"), _("明天起才能再转。请跳过这行。")),
    "member.left": (_("这个人原来已经转出"), _("可以重新记到“%(to)s”，从 %(on)s 起算。")),
    # the sheet as a whole
    "sheet.hidden": (_("有隐藏的行或列"), _("隐藏 %(rows)s 行、%(columns)s 列，也都读了。")),
    "sheet.hidden_rows": (_("有隐藏的行"), _("隐藏 %(rows)s 行，也都读了。")),
    "sheet.hidden_columns": (_("有隐藏的列"), _("隐藏 %(columns)s 列，也都读了。")),
    "sheet.others": (_("还有 %(count)s 张表没有读"), _("%(names)s。要读别的表，请在下面换。")),
}

COLUMN_NAMES: Mapping[str, str] = {
    "name": _("姓名"),
    "id_number": _("身份证号"),
    "sex": _("性别"),
    "birth_date": _("出生日期"),
    "ethnicity": _("民族"),
    "education": _("学历"),
    "degree": _("学位"),
    "person_category": _("人员类别"),
    "branch": _("所在党支部"),
    "join_date": _("入党日期"),
    "formal_date": _("转正日期"),
    "party_age": _("党龄"),
    "post": _("党内职务"),
    "occupation": _("工作岗位"),
    "work_unit": _("工作单位"),
    "mobile": _("手机"),
    "landline": _("固定电话"),
    "address": _("家庭住址"),
    "membership_state": _("党籍状态"),
    "lost_contact": _("是否失联"),
    "lost_date": _("失联日期"),
    "floating": _("是否流动"),
    "flow_to": _("外出流向"),
    "migrant_worker": _("是否农民工"),
    "new_stratum": _("新社会阶层"),
    "remark": _("备注"),
    "row": _("整行"),
}

# How the column is filled in, for whoever fills the template.
HOW_TO_FILL: Mapping[str, str] = {
    "name": _("和身份证上一样。少数民族姓名中间用“·”。"),
    "id_number": _("18 位，末位可以是 X。先把这一列设成“文本”再填，不然后几位会丢。"),
    "sex": _("填“男”或“女”。不填就按身份证号。"),
    "birth_date": _("写成 1965-03-12；只知道年月就写 1965-03。不填就按身份证号。"),
    "ethnicity": _("写全称，例如汉族、畲族。"),
    "education": _("写最高学历，例如初中毕业、大学专科毕业、大学本科毕业。"),
    "degree": _("有学位的写，例如学士。"),
    "person_category": _("正式党员、预备党员、发展对象、入党积极分子或入党申请人。"),
    "branch": _("写党支部全称。村名有重复的，前面要带乡镇。"),
    "join_date": _("写成 1990-07-01，就是成为预备党员的那天。"),
    "formal_date": _("写成 1991-07-01。正式党员要填，预备党员不填。"),
    "post": _("例如书记、组织委员。兼任的用顿号隔开，没有就空着。"),
    "occupation": _("例如农牧渔民、学生、离退休人员。"),
    "work_unit": _("写单位全称。"),
    "mobile": _("11 位手机号。"),
    "landline": _("带区号，例如 0593-2876543。"),
    "address": _("写到村、组或门牌。"),
    "membership_state": _("填“正常”或“停止党籍”。"),
    "lost_contact": _("填“是”或“否”。不填就是没有失联。"),
    "lost_date": _("写成 2025-01。失去联系满六个月才填。"),
    "floating": _("填“是”或“否”。不填就是不流动。"),
    "flow_to": _("写到省、市或县，例如浙江省杭州市。"),
    "migrant_worker": _("填“是”或“否”。"),
    "new_stratum": _("属于新社会阶层的写类型，例如自由职业人员。"),
    "remark": _("别的情况写在这里。"),
}

# The product's own words among the proposals, and of the sexes by their code.
CHOICE_WORDS = (_("改名"), _("转入"), _("重新记入"), _("是"), _("否"), _("正常"))
SEX_WORDS: Mapping[str, str] = {"1": _("男"), "2": _("女")}

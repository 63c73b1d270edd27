# ruff: noqa: E501
"""Words by which tables say what they are: captions, notes, heads of columns and of rows, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from regio.auditing.proposing.cells import key, words

_COUNT = r"(?:[A-Z]?\s?\d+(?:[.\-–—]\d+)*[a-z]?|[IVX]+|[一二三四五六七八九十]+)"
CAPTION = re.compile(
    rf"^\s*(?:(?:续|附)?表\s*[A-Z]?\s?(?:\d+(?:[.\-–—]\d+)*|[一二三四五六七八九十]+)(?![\d年个中所和与、])|(?:table|tab\.)\s*{_COUNT}(?=[\s.:：—–]|$))",
    re.IGNORECASE,
)
CONTINUED = re.compile(r"^\s*续表|[(（]\s*续\s*[)）]|续表|continued|\(cont", re.IGNORECASE)
NOTE = re.compile(
    r"^\s*(?:注|注释|说明|备注|notes?|资料来源|数据来源|sources?)\s*[:：.。]|^\s*(?:notes?|注)\s|^\s*[(（\[]?\s*[*＊∗]+[\s、,，和及与*＊∗]*(?:p\b|表示|分别|代表|indicat|denot|represent|signif|sig|and|[:：=<＜])|^\s*[(（]?括号|^\s*(?:(?:t|z)[- ]?(?:statistics?|values?)|p[- ]?values?|(?:robust |clustered )*standard errors?)\b.{0,40}?(?:parenthes|bracket|\bare\b)",
    re.IGNORECASE,
)
MODEL = re.compile(
    r"(?:模型|列|方程|model|column|col\.?|eq\.?|spec\.?)\s*[(（\[]?\s*(?:\d{1,2}[a-z]?|[ivx]{1,4}|[一二三四五六七八九十])\s*[)）\]]?|[(（\[]\s*(?:\d{1,2}[a-z]?|[ivx]{1,4})\s*[)）\]]|\d{1,2}",
    re.IGNORECASE,
)

DEPENDENT = re.compile(r"(?:dependent variables?|dep\.? ?var\.?|outcome|explained variables?|被解释变量|因变量|解释变量的被|响应变量)", re.IGNORECASE)
SAMPLES = re.compile(  # heads that say a sample or an estimator, not a variable
    r"东部|中部|西部|东北|全国|全样本|沿海|内陆|地区|区域|南方|北方|高组|低组|低水平|高水平|第[一二]阶段|混合|固定效应|随机效应|双向|最小二乘|ols|\bfe\b|\bre\b|2sls|gmm|tobit|pooled|"
    r"fixed|random|\beast(ern)?\b|\bcentral\b|\bwest(ern)?\b|\bmiddle\b|\bbefore\b|\bafter\b|region|north|south|full sample|first.?stage|second.?stage|baseline|robust|iv\b|基准|稳健|替换|剔除|滞后|缩尾|high|low",
    re.IGNORECASE,
)
STATISTICS: Mapping[str, str] = {  # rows below the coefficients
    "N": r"n|obs\.?|observations?|no\.?(of)?obs(ervations?)?\.?|num(ber)?\.?of?obs(ervations?)?\.?|samplesize|观测值(数|个数)?|观测数|样本量|样本数(量)?|样本观测(值|数)|样本容量|观察值|样本|numobs\.?",
    "R2_adj": r"adj(usted|\.)?-?r-?(\^|\*\*)?(2|squared?|sq\.?)|a(d)?-?r2|r2[-,(]?(adj|a)\w*\.?\)?|adjr2|(调整|修正)(后)?的?r(2|方)|r2\(?(调整|修正)后?\)?|调整(后)?(可决|拟合).*|r-?squared\(?adj.*",
    "R2_within": r"(within)-?r-?(2|squared)|r-?(2|sq(uared)?)[-,(]?(within|w|组内)\)?|组内r(2|方)|within",
    "R2_between": r"between-?r-?(2|squared)|r-?(2|sq)[-,(]?between\)?|组间r(2|方)|between",
    "R2_overall": r"overall-?r-?(2|squared)|r-?(2|sq)[-,(]?overall\)?|总体r(2|方)|整体r(2|方)|overall",
    "R2_pseudo": r"pseudo-?r-?(2|squared).*|伪r2|准r2",
    "R2": r"r-?(\^)?(2|squared?|sq\.?)|r方|r平方|拟合优度|可决系数|判定系数|r2值",
    "p_F": r"prob>f|p\(f\)|f-?p(-?value)?|p>f|f检验p值|pvalueoff|prob\(f.*",
    "F": r"f|f-?(值|value|stat(istics?|\.)?|检验(值)?|统计量|test)|f\(\d+,\d+\)",
    "clusters": r"(number|no\.?)of(clusters|groups)|clusters|聚类(数|个数)",
    "regions": r"regions|(number|no\.?)of(regions|provinces|cities|id|units|countries)|地区数|省份数|城市数|个体数|(地区|省份|城市)个数|n_?groups?",
    "rmse": r"rmse|rootmse|残差标准误|均方根误差",
}  # fmt: skip
EFFECTS = re.compile(
    r"effects?$|fixed|\bfe$|dumm(y|ies)|固定|效应|控制变量|controls?$|^control|clustered|年份|省份|地区|城市|个体|时间|行业|year|province|region|city|time|industry|趋势|trend",
    re.IGNORECASE,
)
CONSTANT = re.compile(r"_?(cons(tant)?(项|term)?\.?|intercept|c|常数项?|常量|截距项?|constant\(?c\)?)|常数项?[(（].*[)）]", re.IGNORECASE)
COLUMNS: Mapping[str, Mapping[str, str]] = {  # kind → what a column holds → its head
    "descriptives": {
        "n": r"n|obs\.?|observations?|样本量|样本数|样本|观测值(数)?|观测数|观察值|count|样本观测数|no\.?(of)?obs\.?|numberof.*",
        "mean": r"mean|averages?|avg\.?|均值|平均值|平均数|平均|mean值|meanvalue",
        "median": r"median|med\.?|中位数|中值|p50|50%",
        "sd": r"sd|s\.d\.?|sd\.?|std\.?|std\.?-?dev\.?(iation)?|std\.?-?deviation|stdev\.?|standard-?deviations?|标准差|标准偏差|stddev\.?|st\.?-?dev\.?",
        "min": r"min\.?|minimum|最小值|极小值|最小|minvalue",
        "max": r"max\.?|maximum|最大值|极大值|最大|maxvalue",
    },
    "vif": {"vif": r"vif(值|values?)?|(variance)?inflationfactors?(\(?vif\)?)?|方差膨胀因子(\(?vif\)?)?|膨胀因子", "inverse_vif": r"1/vif(值)?|tol(erance)?\.?|容忍度|容差|1/vif.*|容许度"},
    "weights": {
        "weight": r"(综合|组合|指标|熵权?|entropy|combined|final)?(weights?|权重)(值|系数|values?|coefficients?)?(\(?[%w]?[ij]?\)?)?|w[ij]?|熵权|weights?\(.*\)|权重\(.*\)",
        "entropy": r"(信息)?熵(值)?(\(?e?[ij]?\)?)?|(information)?entropy(value)?(\(?e?[ij]?\)?)?|e[ij]?|信息熵值",
        "divergence": r"差异(性)?系数.*|冗余度.*|(信息)?效用值.*|divergence.*|1-e[ij]?|d[ij]?|redundancy.*|(information)?utility.*|degreeofdiver.*|g[ij]|variationcoefficient.*|diversity.*",
    },
    "bootstrap": {
        "coef": r"coef(ficients?|\.)?|系数|估计值|效应值|effectsize|estimates?|观测系数|observedcoef.*",
        "se": r"(boot(strap)?)?(se|s\.e\.|std\.?err(or)?\.?|standarderrors?|标准误(差)?)|bootstrapstd.*",
        "z": r"z|z值|z-?value|z-?stat.*", "p": r"p|p值|p-?value|p>\|?z\|?", "low": r".*(lower|下限|llci|boot_?llci).*", "high": r".*(upper|上限|ulci).*",
        "interval": r".*(confidence|置信|95%ci|ci$|区间).*",
    },
    "geodetector": {"q": r"q|q值|q-?stat(istics?)?|q-?values?|q统计量|解释力.*|决定力.*", "p": r"p|p值|p-?values?|sig\.?|显著性", "rank": r"排名|排序|rank(ing)?|位次", "classes": r"分类数|类别数|classes"},
    "topsis": {
        "d_plus": r"d\+.*|正理想.*|.*positiveideal.*|d\+i", "d_minus": r"d-.*|负理想.*|.*negativeideal.*", "closeness": r"(相对)?(贴近度|接近度).*|closeness.*|relativecloseness.*|c[i]?|综合得分",
        "rank": r"排名|排序|rank(ing)?|位次|名次",
    },
    "coupling": {
        "u1": r"u_?1.*", "u2": r"u_?2.*", "u3": r"u_?3.*", "c": r"c|c值|耦合度.*|couplingdegree.*|耦合度c", "t": r"t|t值|(综合)?(协调|发展|评价)指数.*|comprehensive.*|coordinationindex.*",
        "d": r"d|d值|(耦合)?协调(发展)?度.*|.*couplingcoordination.*|coordinationdegree.*", "grade": r".*(等级|类型|级别|阶段)|grades?|types?|levels?|stage",
    },
    "threshold": {
        "estimate": r"门槛(估计)?值|thresholds?(value|estimate)?s?|估计值|estimates?", "F": r"f|f值|f-?stat.*|f统计量", "p": r"p|p值|p-?values?|prob\.?", "critical_10": r"(crit)?10%.*", "critical_5": r"(crit)?5%.*",
        "critical_1": r"(crit)?1%.*", "rss": r"rss|残差平方和|ssr", "interval": r".*(confidence|置信|区间).*",
    },
}  # fmt: skip
NAMED: Mapping[str, str] = {  # kind → words of a caption
    "descriptives": r"descripti|summary stat|描述|统计性",
    "correlations": r"correlation|相关(系数|性|分析|矩阵)|pearson|spearman",
    "vif": r"\bvif\b|collinear|inflation|共线|膨胀",
    "weights": r"weight|权重|熵权|赋权|entropy",
    "bootstrap": r"bootstrap|自助|中介效应检验",
    "geodetector": r"detector|探测",
    "topsis": r"topsis|贴近度",
    "coupling": r"coupling|耦合",
    "threshold": r"threshold|门槛|门限",
    "regression": r"regress|回归|估计结果|baseline|robust|稳健|异质性|heterogen|mediat|中介|effect|机制|mechanism|内生",
}
TOTAL = re.compile(r"合计|总计|总和|total|sum|小计|求和", re.IGNORECASE)
MEAN = re.compile(r"(vif)?(平均|均值|mean|average|平均值|均)(vif|值)?(值)?|(mean|average)?vif(均值|平均值?|mean)", re.IGNORECASE)
ESTIMATE = re.compile(r"(coef(ficients?|\.)?|系数|回归系数|估计系数|estimates?|b|β|beta)(值)?", re.IGNORECASE)
BESIDE: Mapping[str, str] = {  # columns beside coefficients
    "se": r"(robust)?-?(se|s\.e\.|std\.?-?err(or)?s?\.?|standard-?errors?)|(稳健)?标准误(差)?",
    "t": r"t|t-?(值|value|stat(istics?|\.)?|统计量)|z|z-?(值|value|stat.*)",
    "p": r"p|p-?(值|values?)|p>\|?[tz]\|?|sig\.?|prob\.?|显著性",
}  # fmt: skip


def statistic(stub: str) -> str | None:
    """What a row below the coefficients holds."""
    plain = key(stub)
    return next((name for name, pattern in STATISTICS.items() if re.fullmatch(pattern, plain, re.IGNORECASE)), None)


def column(kind: str, head: str) -> str | None:
    """What a column holds, by its head."""
    plain = key(head)
    return next((name for name, pattern in COLUMNS[kind].items() if re.fullmatch(pattern, plain, re.IGNORECASE)), None)


def is_model(text: str) -> bool:
    """Whether a head is the number of a column."""
    return bool(MODEL.fullmatch(words(text)))

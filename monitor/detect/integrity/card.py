"""What an officer must know of the findings of feed integrity."""

from monitor.detect.lapses import Kind
from monitor.detect.registry import OffenceCard
from monitor.law.statutes import INTEGRITY

CARD = OffenceCard(
    title_zh="数据完整性：平台报送的数据缺失、中断或被更改",
    title_en="Feed integrity: what a platform delivers is incomplete, falls silent or is changed",
    conduct=(
        "Records of a feed are missing, miscounted, dated back or sent again with other content, a source is used by "
        "two writers, or a platform delivers nothing."
    ),
    statutes=INTEGRITY,
    inputs=("orders", "offers", "shops", "costs", "control"),
    decision=(
        "one alert a partition, platform, source and kind. gap = numbers of a source are missing; lead an hour later. "
        "silence = no record for 30 min; lead after a day. miscounted = a clock record counts more than was numbered. "
        "changed_history = a number comes again with other content; restarted = so does number 1. back_dated = 20 "
        "among 2,000 records are of days that their own clock had closed; lead once one is too late to count. "
        "retention = the log forgot records before they were read. sources = more sources than a platform may have. "
        "foreign_source = a source that another platform's feed has"
    ),
    cannot_see=(
        "records that the platform never counted nor numbered",
        "changed content under a number whose digest is forgotten: digests of a source's last records live in memory",
        "which of two writers of one source is the right one",
        "who lost a record between the platform and the log",
    ),
    innocent=(
        "the records come late, in another order",
        "the log forgot them here before they were read",
        "a maintenance or a correction was announced",
    ),
    first_steps=(
        "Ask the platform to deliver the numbers that are missing again, under a source of their own.",
        "Compare the span with alerts on the same platform: what is missing may lie over a lever or a price.",
        "Ask the gateway's operator for its own log of the span before the platform is called to answer.",
    ),
    conduct_zh=(
        "报送数据缺失、与平台所报数量不符、补报已关闭日期或同一编号内容前后不一，同一来源编号由两方使用，或平台停止报送。"
    ),
    decision_zh=(
        "每个分区、平台、来源和类型一个预警。编号缺失：来源的编号有缺口，一小时后升为线索。停止报送：30 分钟无记录，"
        "满一天升为线索。记录数不符：时钟记录所报数量多于已编号数量。内容前后不一：同一编号再次出现而内容不同；"
        "自 1 号起如此的，为编号从头重复使用。补报：2000 条记录中有 20 条属于其自身时钟已关闭的日期，"
        "有记录因过迟不能计入时升为线索。数据清除：记录在读取前已被清除。来源过多：来源编号超过一个平台的上限。"
        "他平台来源：使用其他平台的来源编号。"
    ),
    cannot_see_zh=(
        "平台从未计数、从未编号的记录",
        "摘要已不再保存的编号之下被更改的内容：只保存每个来源最近记录的摘要",
        "同一来源的两个写入方中何者为真",
        "平台与日志之间由谁丢失记录",
    ),
    innocent_zh=("数据迟到或乱序送达", "本系统读取前数据已被清除", "事先报备的维护或更正"),
    first_steps_zh=(
        "要求平台以单独的来源编号补报缺失的记录。",
        "将该时段与同一平台的其他预警对照：缺失的数据可能正涉及某项措施或价格。",
        "要求平台说明之前，先向网关运维方调取该时段的日志。",
    ),
    classes={kind.value: INTEGRITY for kind in Kind},
)

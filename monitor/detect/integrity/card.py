"""What an officer must know of the findings of feed integrity."""

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
)

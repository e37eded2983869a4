"""Alerts about what comes in and what goes out: feeds, refusals, the ledger, lag, revisions."""

from deploy.prometheus.model import WORKER, Alert, Concern, Severity, grown

_SILENCE_AGE = (
    'time() - max by (platform) (fairtrade_platform_last_event_timestamp_seconds{platform!="unknown"}) > $1800s'
)
_EMITTED = "detector:fairtrade_alerts_emitted:increase1h"
_NORM = "detector:fairtrade_alerts_emitted:avg28d"

ALERTS = (
    Alert(
        name="InputStopped",
        severity=Severity.page,
        # A worker that has judged nothing since its start shows no series at all.
        expr="(sum(increase(fairtrade_events_consumed_total[10m])) or vector(0)) == 0"
        f' and on () max(up{{job="{WORKER}"}}) == 1',
        wait="5m",
        summary="No record of any platform is judged",
        summary_zh="没有任何平台的记录进入研判",
        description="Workers answer, yet nothing came for ten minutes: broker, gateway or network.",
        description_zh="工作进程有应答，但十分钟内没有任何记录：检查代理节点、网关或网络。",
    ),
    Alert(
        name="ConsumerLagSeconds",
        severity=Severity.page,
        expr="topic:fairtrade_consumer_lag_seconds:max > $300s",
        wait="5m",
        summary="The judge is behind on {{ $labels.topic }}",
        summary_zh="主题 {{ $labels.topic }} 研判滞后",
        description="The next record has waited for up to {{ $value | humanizeDuration }}; alerts come as late.",
        description_zh="下一条记录已等待至多 {{ $value | humanizeDuration }}；线索随之推迟。",
    ),
    Alert(
        name="WatermarkStalled",
        severity=Severity.ticket,
        # Longer than a silence takes to be declared: a platform that went silent no longer holds the watermark.
        expr="max by (topic, partition) (delta(fairtrade_watermark_timestamp_seconds[45m])) <= 0"
        " and on (topic) topic:fairtrade_events_consumed:rate5m > 0",
        wait="5m",
        summary="Event time stands still on {{ $labels.topic }}, partition {{ $labels.partition }}",
        summary_zh="主题 {{ $labels.topic }} 分区 {{ $labels.partition }} 的事件时间停滞",
        description="Records come, but one platform's clock does not move; its days do not close, nor its leads come.",
        description_zh="记录持续到达，但某平台时钟不前进；其日期无法结账，线索无法形成。",
    ),
    Alert(
        name="PlatformFeedSilent",
        severity=Severity.ticket,
        concern=Concern.platform,
        # Far behind the log every platform looks old: then the lag is the fault.
        expr=f"{_SILENCE_AGE} and on () max(fairtrade_consumer_lag_seconds) < $60s",
        wait="1m",
        summary="Platform {{ $labels.platform }} delivers nothing",
        summary_zh="平台 {{ $labels.platform }} 停止报送",
        description="Its last record is {{ $value | humanizeDuration }} old. "
        "Silence must not be mistaken for innocence.",
        description_zh="最后一条记录距今 {{ $value | humanizeDuration }}。静默不等于无违法。",
    ),
    Alert(
        name="PlatformQuarantined",
        severity=Severity.page,
        concern=Concern.platform,
        expr=f"sum by (platform) ({grown('fairtrade_quarantines_total', '1h')}) > 0",
        summary="More than half of what platform {{ $labels.platform }} sends is refused",
        summary_zh="平台 {{ $labels.platform }} 报送的记录过半被拒收",
        description="Marked within the last hour. Its good records are judged; the rest waits in dead-letters.",
        description_zh="最近一小时内已标记。合格记录照常研判，其余存于 dead-letters。",
    ),
    Alert(
        name="RejectRatioHigh",
        severity=Severity.ticket,
        concern=Concern.platform,
        expr="topic:fairtrade_events_rejected:ratio_rate5m > 0.05",
        wait="10m",
        summary="Many records of {{ $labels.topic }} are refused",
        summary_zh="主题 {{ $labels.topic }} 的拒收比例过高",
        description="{{ $value | humanizePercentage }} of its offsets; `feedback` names the platform.",
        description_zh="占偏移量的 {{ $value | humanizePercentage }}；平台见 feedback 主题。",
    ),
    Alert(
        name="DeadLettersGrowing",
        severity=Severity.ticket,
        concern=Concern.platform,
        expr=f"sum by (topic, reason) ({grown('fairtrade_dead_letters_total', '1h')}) > 100",
        summary="Dead letters of {{ $labels.topic }} grow: {{ $labels.reason }}",
        summary_zh="主题 {{ $labels.topic }} 的死信增多：{{ $labels.reason }}",
        description="{{ $value | humanize }} within the last hour.",
        description_zh="最近一小时 {{ $value | humanize }} 条。",
    ),
    Alert(
        name="RecordsLost",
        severity=Severity.page,
        expr="sum by (topic) (" + grown('fairtrade_offsets_skipped_total{cause="lost"}', "1h") + ") > 0",
        summary="Records of {{ $labels.topic }} were deleted before they were judged",
        summary_zh="主题 {{ $labels.topic }} 有记录在研判前已被删除",
        description="{{ $value | humanize }} offsets within the last hour: evidence is gone for good.",
        description_zh="最近一小时 {{ $value | humanize }} 个偏移量：证据已永久丢失。",
    ),
    Alert(
        name="LedgerDifference",
        severity=Severity.page,
        expr="max by (job, instance, topic) (abs(fairtrade_ledger_difference_offsets)) > 0",
        wait="1m",
        summary="The ledger of {{ $labels.topic }} does not add up on worker {{ $labels.instance }}",
        summary_zh="工作进程 {{ $labels.instance }} 上主题 {{ $labels.topic }} 的台账不平",
        description="{{ $value | humanize }} offsets went nowhere, or twice: completeness is broken.",
        description_zh="{{ $value | humanize }} 个偏移量去向不明或重复：完整性被破坏。",
    ),
    Alert(
        name="AlertVolumeAnomalous",
        severity=Severity.ticket,
        expr=f"({_EMITTED} > 100 and {_EMITTED} > 5 * {_NORM})"
        f" or (sum by (detector) (increase(fairtrade_alerts_emitted_total[1d])) == 0 and {_NORM} * 24 > 20)",
        wait="10m",
        summary="Detector {{ $labels.detector }} publishes far more than usual, or nothing",
        summary_zh="检测器 {{ $labels.detector }} 的产出远超平常，或完全没有",
        description="{{ $value | humanize }} revisions, against what its last 28 days lead one to expect.",
        description_zh="产出 {{ $value | humanize }} 个修订，与最近 28 天的水平不符。",
    ),
    Alert(
        name="RulesetDiverged",
        severity=Severity.page,
        expr="count by (detector) (count by (detector, ruleset, version, digest) (fairtrade_ruleset_info)) > 1",
        wait="15m",
        summary="Workers judge {{ $labels.detector }} by different rules",
        summary_zh="各工作进程对 {{ $labels.detector }} 使用的规则不一致",
        description="{{ $value }} rule sets are in force at once; alerts print which one they came from.",
        description_zh="同时有 {{ $value }} 套规则生效；线索中注明所用规则。",
    ),
)

"""The engineer's board: is the monitor itself well, and where does it hurt."""

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.measures import RANGE, RATE, WORKERS, grown, over, quantile, rate
from deploy.grafana.boards.panels import COLD, HOT, lines, promql, reading, stat
from deploy.grafana.boards.spec import Audience, Board, Panel, Row, Shape, Source, Variable

_UNACCOUNTED = " - ".join(
    (
        f"sum(rate(fairtrade_offsets_advanced_total{{{WORKERS}}}[{RATE}]))",
        f"sum(rate(fairtrade_events_consumed_total{{{WORKERS}}}[{RATE}]))",
        f"sum(rate(fairtrade_events_rejected_total{{{WORKERS}}}[{RATE}]))",
        f'(sum(rate(fairtrade_events_late_total{{{WORKERS}, disposition="dropped"}}[{RATE}])) or vector(0))',
        f"sum(rate(fairtrade_events_deduplicated_total{{{WORKERS}}}[{RATE}]))",
        f"(sum(rate(fairtrade_offsets_skipped_total{{{WORKERS}}}[{RATE}])) or vector(0))",
    )
)
_WITHIN = grown("alert_latency_seconds_bucket", ', le="5.0"')
_IN_TIME = f"{_WITHIN} / {grown('alert_latency_seconds_count')}"
_KEPT_UP = f"avg_over_time((max(fairtrade_consumer_lag_seconds{{{WORKERS}}}) < bool 60)[{RANGE}:1m])"

_FIRST = Row(
    Text("是否正常", "Is it well"),
    (
        reading(
            Text("怎么读", "How to read this"),
            Text(
                "红色先看:就绪、时延、未入账。**案件数量绝不引自 Prometheus**:`increase()` 会外推,重启会丢计数;"
                "案件与排名数字一律取自预警主题或预警库。每个告警的处置步骤见 `deploy/runbooks/`。",
                "Look at red first: ready, lag, unaccounted. **Never quote case counts from Prometheus**: "
                "`increase()` extrapolates and restarts lose counts; figures of cases and rankings come from the "
                "alerts topic or the alert store. What to do for each alarm stands in `deploy/runbooks/`.",
            ),
            height=4,
        ),
        stat(
            Text("就绪的工作进程", "Workers ready"),
            Text("0 表示没有进程合格:立即呼叫。", "0: no worker is fit; page."),
            promql(over("sum", "worker_ready")),
            steps=((None, HOT), (1, COLD)),
        ),
        stat(
            Text("最大时延", "Greatest lag"),
            Text("超过 300 秒五分钟即呼叫;增加工作进程。", "Above 300 s for five minutes: page; add workers."),
            promql(over("max", "consumer_lag_seconds")),
            unit="s",
            steps=((None, COLD), (60, "orange"), (300, HOT)),
        ),
        stat(
            Text("预警时延 p99", "Alert latency p99"),
            Text(
                "从末条事件写入到预警确认;目标 5 秒。",
                "Append of the completing event to confirmation; the aim is 5 s.",
            ),
            promql(quantile("alert_latency")),
            unit="s",
            steps=((None, COLD), (5, HOT)),
            may_be_empty=True,
        ),
        stat(
            Text("未入账的偏移量/秒", "Unaccounted offsets a second"),
            Text(
                "静止时必为 0,否则是我方缺陷:运行 `fairtrade audit`。",
                "0 at rest, else a defect of ours: run `fairtrade audit`.",
            ),
            promql(f"abs({_UNACCOUNTED})"),
            steps=((None, COLD), (1, HOT)),
            decimals=2,
        ),
    ),
)

_OBJECTIVES = Row(
    Text("目标", "Objectives"),
    (
        stat(
            Text("5 秒内确认的预警", "Alerts confirmed within 5 s"),
            Text("所选时段;目标 99%。", "Over the chosen range; the objective is 99 %."),
            promql(_IN_TIME),
            unit="percentunit",
            steps=((None, HOT), (0.99, COLD)),
            may_be_empty=True,
            width=6,
        ),
        stat(
            Text("剩余错误预算(预警)", "Error budget left, alerts"),
            Text("低于 0 即已违约。", "Below 0 the objective is broken."),
            promql(f"1 - (1 - {_IN_TIME}) / 0.01"),
            unit="percentunit",
            steps=((None, HOT), (0, "orange"), (0.5, COLD)),
            may_be_empty=True,
            width=6,
        ),
        stat(
            Text("时延低于 60 秒的分钟", "Minutes with lag below 60 s"),
            Text("所选时段;目标 99.5%。", "Over the chosen range; the objective is 99.5 %."),
            promql(_KEPT_UP),
            unit="percentunit",
            steps=((None, HOT), (0.995, COLD)),
            width=6,
        ),
        stat(
            Text("剩余错误预算(时延)", "Error budget left, lag"),
            Text("低于 0 即已违约。", "Below 0 the objective is broken."),
            promql(f"1 - (1 - {_KEPT_UP}) / 0.005"),
            unit="percentunit",
            steps=((None, HOT), (0, "orange"), (0.5, COLD)),
            width=6,
        ),
    ),
)

_FLOW = Row(
    Text("流量与拒收", "Flow and refusals"),
    (
        lines(
            Text("判断的事件", "Events judged"),
            Text("主题增长而此处持平:看时延。", "Flat while the topic grows: look at lag."),
            promql(rate("events_consumed_total", "topic"), "{{topic}}"),
            unit="eps",
        ),
        lines(
            Text("死信(按原因)", "Dead letters by reason"),
            Text(
                "按原因读最新死信;发布后大量 `shape` 是契约被破坏。",
                "Read the newest of the reason; many of `shape` after a release are a broken contract.",
            ),
            promql(rate("dead_letters_total", "reason"), "{{reason}}"),
            unit="eps",
            may_be_empty=True,
        ),
        lines(
            Text("迟到、重复、跳过", "Late, repeated, skipped"),
            Text("任何 `lost` 都是证据灭失:延长保留期。", "Any `lost` is evidence gone: raise the retention."),
            promql(rate("events_late_total", "disposition"), "{{disposition}}"),
            promql(rate("events_deduplicated_total", "job"), Text("重复", "repeated")),
            promql(rate("offsets_skipped_total", "cause"), "{{cause}}"),
            unit="eps",
        ),
        lines(
            Text("检测结论", "Evaluations by outcome"),
            Text(
                "大量 insufficient_data:缺成本或数据。全无:输入未流动。",
                "Many insufficient_data: costs or feeds are missing. None: inputs do not flow.",
            ),
            promql(rate("detector_evaluations_total", "detector, outcome"), "{{detector}} {{outcome}}"),
            unit="eps",
        ),
    ),
)

_TIME = Row(
    Text("时间", "Time"),
    (
        Panel(
            Text("各分区时延", "Lag by partition"),
            Text(
                "一格一分区:整列变红是进程慢,一行变红是该分区卡住。",
                "A row is a partition: a red column is a slow worker, a red row a partition that is stuck.",
            ),
            Shape.history,
            12,
            8,
            (promql(over("max", "consumer_lag_seconds", "topic, partition"), "{{topic}} {{partition}}"),),
            unit="s",
            steps=((None, COLD), (60, "orange"), (300, HOT)),
        ),
        lines(
            Text("水位落后", "Watermark behind now"),
            Text("有事件而水位不动:某平台时钟停摆。", "Rising while events come: one platform's clock hangs."),
            promql(f"time() - min by (topic) (fairtrade_watermark_timestamp_seconds{{{WORKERS}}} > 0)", "{{topic}}"),
            unit="s",
        ),
        lines(
            Text("预警时延", "Alert latency"),
            Text(
                "点样本可打开该预警;与事务时延相减即我方耗时。",
                "A dot opens its alert; less the commit duration is our own time.",
            ),
            promql(quantile("alert_latency", "detector"), "{{detector}} p99", exemplars=True),
            promql(
                quantile("alert_event_time_latency", "detector"),
                Text("{{detector}} 含平台延迟 p99", "{{detector}} feed included p99"),
            ),
            unit="s",
            may_be_empty=True,
        ),
        lines(
            Text("等待中的窗口", "Windows open"),
            Text("连日上升:到期时间不来,看水位。", "Rising for days: due times do not come; look at the watermark."),
            promql(over("sum", "windows_open", "detector"), "{{detector}}"),
        ),
    ),
)

_KAFKA = Row(
    Text("Kafka 与状态", "Kafka and state"),
    (
        lines(
            Text("再均衡与恢复", "Rebalances and recovery"),
            Text(
                "未部署而一小时数次:进程错过心跳。", "Several an hour without a deployment: a worker misses heartbeats."
            ),
            promql(f"sum(increase(fairtrade_rebalances_total{{{WORKERS}}}[{RATE}]))", Text("再均衡次数", "rebalances")),
            promql(quantile("rebalance_duration"), Text("再均衡秒数 p99", "rebalance p99 (s)")),
            promql(quantile("recovery_duration"), Text("恢复秒数 p99", "recovery p99 (s)")),
        ),
        lines(
            Text("事务与检查点", "Transactions and checkpoints"),
            Text(
                "检查点年龄上升:提交挂起,进程将自行结束并重启。",
                "A rising checkpoint age: the committer hangs; the worker ends itself and is started again.",
            ),
            promql(quantile("commit_duration"), Text("事务 p99", "commit p99")),
            promql(quantile("checkpoint_duration"), Text("检查点 p99", "checkpoint p99")),
            promql(
                f"time() - min(fairtrade_checkpoint_timestamp_seconds{{{WORKERS}}} > 0)",
                Text("最旧检查点年龄", "age of the oldest checkpoint"),
            ),
            unit="s",
        ),
        lines(
            Text("状态字节", "State bytes"),
            Text("接近内存上限:增加分区与进程。", "Near the memory limit: more partitions on more workers."),
            promql(over("sum", "state_bytes", "table"), "{{table}}"),
            unit="bytes",
        ),
        lines(
            Text("状态键数", "State keys"),
            Text(
                "数周上升:没有过期,对照等待中的窗口。", "Rising for weeks: nothing expires; compare with windows open."
            ),
            promql(over("sum", "state_keys", "table"), "{{table}}"),
        ),
        lines(
            Text("持有的分区", "Partitions held"),
            Text("各主题之和应等于分区数。", "Summed over workers it must be the number of partitions."),
            promql(over("sum", "assigned_partitions", "topic"), "{{topic}}"),
        ),
        lines(
            Text("事件循环延迟 p99", "Event-loop delay p99"),
            Text(
                "超过 0.1 秒:有代码阻塞或机器无余力。",
                "Above 0.1 s: something blocks the loop, or no processor is left.",
            ),
            promql(quantile("event_loop_delay", "instance"), "{{instance}}"),
            unit="s",
        ),
    ),
)

_VERSIONS = Row(
    Text("版本与规则", "Versions and rules"),
    (
        lines(
            Text("程序版本", "Program versions"),
            Text("只在部署期间可不一致。", "May differ between workers only during a deployment."),
            promql(over("count", "build_info", "version"), "{{version}}"),
        ),
        lines(
            Text("生效规则", "Rules in force"),
            Text(
                "无你所知的条目而变化:读 control 日志。",
                "A change without an entry known to you: read the control log.",
            ),
            promql(over("count", "ruleset_info", "detector, ruleset, version"), "{{detector}} {{ruleset}} {{version}}"),
        ),
    ),
)

BOARD = Board(
    "engineer",
    Audience.engineers,
    Text("监测系统运行", "The monitor's own health"),
    Text("监测系统自身是否健康,哪里有问题。", "Whether the monitor itself is well, and where it hurts."),
    (_FIRST, _OBJECTIVES, _FLOW, _TIME, _KAFKA, _VERSIONS),
    variables=(
        Variable(
            "job",
            Text("采集任务", "job"),
            Source.prometheus,
            "label_values(fairtrade_build_info, job)",
            everything=True,
        ),
        Variable(
            "instance",
            Text("工作进程", "worker"),
            Source.prometheus,
            'label_values(fairtrade_build_info{job=~"$job"}, instance)',
            everything=True,
        ),
    ),
    since="now-6h",
    refresh="30s",
)

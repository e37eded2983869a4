"""The rows of the engineers' board on what flows: events, time, transactions and state."""

from deploy.grafana.boards.labels import (
    DETECTORS,
    LATE,
    OUTCOMES,
    REFUSED,
    REMOVED,
    SKIPPED,
    SUPPRESSED,
    named,
    platforms,
)
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.measures import RATE, WORKERS, over, quantile, rate
from deploy.grafana.boards.panels import COLD, HOT, WARM, lines, promql
from deploy.grafana.boards.spec import Panel, Row, Shape

FLOW = Row(
    Text("流量与拒收", "Flow and refusals"),
    (
        lines(
            Text("判断的事件", "Events judged"),
            Text("主题增长而此处持平：看时延。", "Flat while the topic grows: look at lag."),
            promql(rate("events_consumed_total", "topic"), "{{topic}}"),
            unit="eps",
        ),
        lines(
            Text("死信（按原因）", "Dead letters by reason"),
            Text(
                "按原因读最新死信；发布后大量“结构不符”是契约被破坏。",
                "Read the newest of the reason; many of a wrong shape after a release are a broken contract.",
            ),
            promql(rate("dead_letters_total", "reason"), "{{reason}}"),
            columns=named(REFUSED),
            unit="eps",
            may_be_empty=True,
        ),
        lines(
            Text("迟到、重复、跳过", "Late, repeated, skipped"),
            Text("任何“已丢失”都是证据灭失：延长保留期。", "Anything lost is evidence gone: raise the retention."),
            promql(rate("events_late_total", "disposition"), "{{disposition}}"),
            promql(rate("events_deduplicated_total", "job"), Text("重复", "repeated")),
            promql(rate("offsets_skipped_total", "cause"), "{{cause}}"),
            columns=named(LATE) + named(SKIPPED),
            unit="eps",
            may_be_empty=True,
        ),
        lines(
            Text("检测结论", "Evaluations by outcome"),
            Text(
                "大量“数据不足”：缺成本或数据。全无：输入未流动。",
                "Much of too little data: costs or feeds are missing. None: inputs do not flow.",
            ),
            promql(rate("detector_evaluations_total", "detector, outcome"), "{{detector}} {{outcome}}"),
            columns=named(DETECTORS, OUTCOMES),
            unit="eps",
        ),
        lines(
            Text("未发出的预警（按原因）", "Alerts held back by reason"),
            Text(
                "突增：规则变更或豁免；读 control 日志。",
                "A sudden rise: a change of rules or an exemption; read the control log.",
            ),
            promql(rate("alerts_suppressed_total", "detector, reason"), "{{detector}} {{reason}}"),
            columns=named(DETECTORS, SUPPRESSED),
            unit="eps",
            width=8,
            may_be_empty=True,
        ),
        lines(
            Text("隔离标记", "Quarantines"),
            Text("该平台过半记录被拒收：致电平台。", "More than half of its records are refused: call the platform."),
            promql(rate("quarantines_total", "platform"), "{{platform}}"),
            columns=named(platforms()),
            unit="eps",
            width=8,
            may_be_empty=True,
        ),
        lines(
            Text("记录大小 p99", "Record size p99"),
            Text("突变：平台改了契约。", "A jump: a platform changed its contract."),
            promql(quantile("event_size", "topic", unit="bytes"), "{{topic}}"),
            unit="bytes",
            width=8,
        ),
    ),
)

TIME = Row(
    Text("时间", "Time"),
    (
        Panel(
            Text("各分区时延", "Lag by partition"),
            Text(
                "一格一分区：整列变红是进程慢，一行变红是该分区卡住。",
                "A row is a partition: a red column is a slow worker, a red row a partition that is stuck.",
            ),
            Shape.history,
            12,
            8,
            (promql(over("max", "consumer_lag_seconds", "partition"), "{{partition}}"),),
            unit="s",
            steps=((None, COLD), (60, WARM), (300, HOT)),
        ),
        lines(
            Text("水位落后", "Watermark behind now"),
            Text("有事件而水位不动：某平台时钟停摆。", "Rising while events come: one platform's clock hangs."),
            promql(f"time() - min by (topic) (fairtrade_watermark_timestamp_seconds{{{WORKERS}}} > 0)", "{{topic}}"),
            unit="s",
        ),
        lines(
            Text("预警时延 p99", "Alert latency p99"),
            Text(
                "点样本可打开该预警；与事务时延相减即我方耗时。",
                "A dot opens its alert; less the commit duration is our own time.",
            ),
            promql(quantile("alert_latency", "detector"), "{{detector}}", exemplars=True),
            columns=named(DETECTORS),
            unit="s",
            width=8,
            may_be_empty=True,
        ),
        lines(
            Text("预警时延 p99，含平台延迟", "Alert latency p99, the feed's delay included"),
            Text(
                "自事件发生起算：多出的是平台报送的延迟。",
                "From the event itself: the rest is the platform's delay.",
            ),
            promql(quantile("alert_event_time_latency", "detector"), "{{detector}}"),
            columns=named(DETECTORS),
            unit="s",
            width=8,
            may_be_empty=True,
        ),
        lines(
            Text("等待中的窗口", "Windows open"),
            Text("连日上升：到期时间不来，看水位。", "Rising for days: due times do not come; look at the watermark."),
            promql(over("sum", "windows_open", "detector"), "{{detector}}"),
            columns=named(DETECTORS),
            width=8,
        ),
    ),
)

KAFKA = Row(
    Text("Kafka 与状态", "Kafka and state"),
    (
        lines(
            Text("再均衡与恢复", "Rebalances and recovery"),
            Text(
                "未部署而一小时数次：进程错过心跳。",
                "Several an hour without a deployment: a worker misses heartbeats.",
            ),
            promql(f"sum(increase(fairtrade_rebalances_total{{{WORKERS}}}[{RATE}]))", Text("再均衡次数", "rebalances")),
            promql(quantile("rebalance_duration"), Text("再均衡秒数 p99", "rebalance p99 (s)")),
            promql(quantile("recovery_duration"), Text("恢复秒数 p99", "recovery p99 (s)")),
        ),
        lines(
            Text("事务与检查点", "Transactions and checkpoints"),
            Text(
                "检查点年龄上升：提交挂起，进程将自行结束并重启。",
                "A rising checkpoint age: the committer hangs; the worker ends itself and is started again.",
            ),
            promql(quantile("commit_duration"), Text("事务 p99", "commit p99")),
            promql(quantile("checkpoint_duration"), Text("检查点 p99", "checkpoint p99")),
            promql(quantile("produce_duration"), Text("写入 p99", "produce p99")),
            promql(
                f"time() - min(fairtrade_checkpoint_timestamp_seconds{{{WORKERS}}} > 0)",
                Text("最旧检查点年龄", "age of the oldest checkpoint"),
            ),
            unit="s",
        ),
        lines(
            Text("恢复剩余与状态日志落后", "Left to restore, and state log behind"),
            Text("不下降：恢复卡住。", "Not falling: the restoring is stuck."),
            promql(over("sum", "recovery_remaining_messages"), Text("恢复剩余", "left to restore")),
            promql(over("sum", "changelog_lag_messages"), Text("状态日志落后", "state log behind")),
        ),
        lines(
            Text("状态清除（按原因）", "State removed by reason"),
            Text(
                "全无而状态上升：没有过期。名称为“检测器/状态表”。",
                "None while the state grows: nothing expires. A name is detector/table.",
            ),
            *(
                promql(
                    rate("state_evictions_total", "table", f', reason="{reason}"'),
                    Text(f"{{{{table}}}} {said.zh}", f"{{{{table}}}} {said.en}"),
                )
                for reason, said in REMOVED.items()
            ),
            unit="ops",
            may_be_empty=True,
        ),
        lines(
            Text("状态字节", "State bytes"),
            Text("接近内存上限：增加分区与进程。", "Near the memory limit: more partitions on more workers."),
            promql(over("sum", "state_bytes", "table"), "{{table}}"),
            unit="bytes",
        ),
        lines(
            Text("状态键数", "State keys"),
            Text(
                "数周上升：没有过期，对照等待中的窗口。",
                "Rising for weeks: nothing expires; compare with windows open.",
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
                "超过 0.1 秒：有代码阻塞或机器无余力。",
                "Above 0.1 s: something blocks the loop, or no processor is left.",
            ),
            promql(quantile("event_loop_delay", "instance"), "{{instance}}"),
            unit="s",
        ),
    ),
)

"""The engineer's board: is the monitor itself well, and where does it hurt."""

from deploy.grafana.boards.flow import FLOW, KAFKA, TIME
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.measures import RANGE, WORKERS, grown, over, quantile
from deploy.grafana.boards.panels import COLD, HOT, WARM, bars, lines, promql, reading, stat
from deploy.grafana.boards.spec import Audience, Board, Row, Source, Variable
from deploy.prometheus.objectives import IS_OVER

_FIRING = 'sum by (alertname) (ALERTS{{alertstate="firing", severity="{}"}})'
_WITHIN = grown("alert_latency_seconds_bucket", ', le="5.0"')
_IN_TIME = f"{_WITHIN} / ({grown('alert_latency_seconds_count')} > 0)"
_KEPT_UP = f"(1 - avg_over_time({IS_OVER}[{RANGE}]))"

_FIRST = Row(
    Text("是否正常", "Is it well"),
    (
        reading(
            Text("怎么读", "How to read this"),
            Text(
                "红色先看：就绪、时延、未入账。**案件数量绝不引自 Prometheus**：`increase()` 会外推，重启会丢计数；"
                "案件与排名数字一律取自预警主题或预警库。每个告警的处置步骤见 `deploy/runbooks/`。",
                "Look at red first: ready, lag, unaccounted. **Never quote case counts from Prometheus**: "
                "`increase()` extrapolates and restarts lose counts; figures of cases and rankings come from the "
                "alerts topic or the alert store. What to do for each alarm stands in `deploy/runbooks/`.",
            ),
            height=4,
        ),
        stat(
            Text("就绪的工作进程", "Workers ready"),
            Text("0 表示没有进程合格：立即呼叫。", "0: no worker is fit; page."),
            promql(over("sum", "worker_ready")),
            steps=((None, HOT), (1, COLD)),
        ),
        stat(
            Text("最大时延", "Greatest lag"),
            Text("超过 300 秒五分钟即呼叫；增加工作进程。", "Above 300 s for five minutes: page; add workers."),
            promql(over("max", "consumer_lag_seconds")),
            unit="s",
            steps=((None, COLD), (60, WARM), (300, HOT)),
        ),
        stat(
            Text("预警时延 p99", "Alert latency p99"),
            Text(
                "从末条事件写入到预警确认；目标 5 秒。",
                "Append of the completing event to confirmation; the aim is 5 s.",
            ),
            promql(quantile("alert_latency")),
            unit="s",
            steps=((None, COLD), (5, HOT)),
            may_be_empty=True,
        ),
        stat(
            Text("未入账的偏移量", "Unaccounted offsets"),
            Text(
                "必为 0，否则是我方缺陷：运行 `fairtrade audit`。",
                "Always 0, else a defect of ours: run `fairtrade audit`.",
            ),
            promql(f"max(abs(fairtrade_ledger_difference_offsets{{{WORKERS}}}))"),
            steps=((None, COLD), (1, HOT)),
        ),
    ),
)

_ALARMS = Row(
    Text("告警", "Alarms"),
    (
        bars(
            Text("正在触发的告警", "Alarms that fire"),
            Text(
                "同名的处置步骤在 `deploy/runbooks/`；“立即处理”不能等。",
                "The runbook of the same name tells what to do; a page does not wait.",
            ),
            promql(_FIRING.format("page"), Text("立即处理 {{alertname}}", "page {{alertname}}"), instant=True),
            promql(_FIRING.format("ticket"), Text("工单 {{alertname}}", "ticket {{alertname}}"), instant=True),
            width=24,
            height=5,
            steps=((None, HOT),),
            empty=Text("没有告警", "no alarm"),
        ),
    ),
)

_OBJECTIVES = Row(
    Text("目标", "Objectives"),
    (
        stat(
            Text("5 秒内确认的预警", "Alerts confirmed within 5 s"),
            Text("所选时段；目标 99%。", "Over the chosen range; the objective is 99 %."),
            promql(_IN_TIME),
            unit="percentunit",
            steps=((None, HOT), (0.99, COLD)),
            may_be_empty=True,
            width=6,
        ),
        stat(
            Text("剩余错误预算（预警）", "Error budget left, alerts"),
            Text("低于 0 即已违约。", "Below 0 the objective is broken."),
            promql(f"1 - (1 - {_IN_TIME}) / 0.01"),
            unit="percentunit",
            steps=((None, HOT), (0, WARM), (0.5, COLD)),
            may_be_empty=True,
            width=6,
        ),
        stat(
            Text("时延低于 60 秒的分钟", "Minutes with lag below 60 s"),
            Text("所选时段；目标 99.5%。", "Over the chosen range; the objective is 99.5 %."),
            promql(_KEPT_UP),
            unit="percentunit",
            steps=((None, HOT), (0.995, COLD)),
            width=6,
        ),
        stat(
            Text("剩余错误预算（时延）", "Error budget left, lag"),
            Text("低于 0 即已违约。", "Below 0 the objective is broken."),
            promql(f"1 - (1 - {_KEPT_UP}) / 0.005"),
            unit="percentunit",
            steps=((None, HOT), (0, WARM), (0.5, COLD)),
            width=6,
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
            width=8,
        ),
        lines(
            Text("已运行时间", "Time since start"),
            Text("掉到零：进程重启过；看退出码。", "Back to zero: a worker was started again; see its exit code."),
            promql(f"time() - max by (instance) (fairtrade_start_timestamp_seconds{{{WORKERS}}})", "{{instance}}"),
            unit="s",
            width=8,
        ),
        lines(
            Text("生效规则", "Rules in force"),
            Text(
                "无你所知的条目而变化：读 control 日志。",
                "A change without an entry known to you: read the control log.",
            ),
            promql(over("count", "ruleset_info", "detector, ruleset, version"), "{{detector}} {{ruleset}} {{version}}"),
            width=8,
        ),
    ),
)

BOARD = Board(
    "engineer",
    Audience.engineers,
    Text("监测系统运行", "The monitor's own health"),
    Text("监测系统自身是否健康，哪里有问题。", "Whether the monitor itself is well, and where it hurts."),
    (_FIRST, _ALARMS, _OBJECTIVES, FLOW, TIME, KAFKA, _VERSIONS),
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

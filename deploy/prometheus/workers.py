"""Alerts about the programs: whether they run, hold every partition, commit, and have room."""

from deploy.prometheus.model import STORE, WORKER, Alert, Severity

# Keys and values as they lie in a worker; the bench measures about four times as much memory of the process for them.
STATE_BUDGET_BYTES = 2 * 1024**3
SERIES_BUDGET = 10_000

ALERTS = (
    Alert(
        name="WorkerDown",
        severity=Severity.page,
        expr=f'up{{job="{WORKER}"}} == 0 or absent(up{{job="{WORKER}"}})',
        wait="2m",
        summary="Worker {{ with $labels.instance }}{{ . }}{{ else }}of any name{{ end }} does not answer",
        summary_zh="工作进程 {{ with $labels.instance }}{{ . }}{{ else }}（无任何实例）{{ end }} 无应答",
        description="Its partitions are judged by the others, or by nobody when it was the last one.",
        description_zh="其分区由其他工作进程接管；若无其他进程，则无人研判。",
    ),
    Alert(
        name="StoreDown",
        severity=Severity.ticket,
        expr=f'up{{job="{STORE}"}} == 0 or min by (job, instance) (fairtrade_store_database_up) == 0'
        " or min by (job, instance) (fairtrade_store_broker_up) == 0",
        wait="5m",
        summary="The alert store {{ $labels.instance }} does not copy",
        summary_zh="线索库写入进程 {{ $labels.instance }} 未在写入",
        description="Boards show what was known before; alerts are published on the topic all the same.",
        description_zh="看板停留在此前的内容；线索仍照常发布到主题。",
    ),
    Alert(
        name="WorkerNotReady",
        severity=Severity.page,
        expr="min by (job, instance) (fairtrade_worker_ready) == 0",
        wait="1m",
        summary="Worker {{ $labels.instance }} says that it is not fit",
        summary_zh="工作进程 {{ $labels.instance }} 报告未就绪",
        description="More than half of the last minute's records were refused: our own contract may be broken.",
        description_zh="最近一分钟内过半记录被拒收：可能是我方契约有误。",
    ),
    Alert(
        name="WorkerRestarting",
        severity=Severity.page,
        expr="max by (job, instance) (changes(fairtrade_start_timestamp_seconds[15m])) >= 3",
        summary="Worker {{ $labels.instance }} ends and starts over and over",
        summary_zh="工作进程 {{ $labels.instance }} 反复重启",
        description="It restarted {{ $value }} times in 15 minutes; its exit code and last log line say why.",
        description_zh="15 分钟内重启 {{ $value }} 次；原因见退出码与最后一行日志。",
    ),
    Alert(
        name="PartitionsUnassigned",
        severity=Severity.page,
        expr="topic:fairtrade_assigned_partitions:sum < max_over_time(topic:fairtrade_assigned_partitions:min5m[1d])",
        wait="5m",
        summary="Nobody judges a part of {{ $labels.topic }}",
        summary_zh="主题 {{ $labels.topic }} 的部分分区无人研判",
        description="Workers hold {{ $value }} partitions of it, fewer than at some time of the last day.",
        description_zh="各工作进程共持有 {{ $value }} 个分区，少于最近一天的最高值。",
    ),
    Alert(
        name="RebalanceStorm",
        severity=Severity.page,
        expr="max by (job, instance) (increase(fairtrade_rebalances_total[15m])) > 5",
        wait="5m",
        summary="The group of worker {{ $labels.instance }} rebalances over and over",
        summary_zh="工作进程 {{ $labels.instance }} 所在组反复再均衡",
        description="{{ $value | humanize }} rebalances in 15 minutes; each one stops and restores partitions.",
        description_zh="15 分钟内再均衡 {{ $value | humanize }} 次；每次都会暂停并恢复分区。",
    ),
    Alert(
        name="CommitSlow",
        severity=Severity.ticket,
        expr="instance:fairtrade_commit_duration_seconds:p99_5m > 2.5",
        wait="10m",
        summary="Transactions of worker {{ $labels.instance }} take long",
        summary_zh="工作进程 {{ $labels.instance }} 的事务提交过慢",
        description="One in a hundred takes {{ $value | humanizeDuration }}; past the transaction timeout it ends.",
        description_zh="百分之一的事务耗时 {{ $value | humanizeDuration }}；超过事务超时后进程将退出。",
    ),
    Alert(
        name="CheckpointOld",
        severity=Severity.page,
        # Only of a partition that holds something to write: where nothing comes, nothing is to be committed.
        expr="time() - min by (job, instance, partition) (fairtrade_checkpoint_timestamp_seconds) > $600s"
        " and on (job, instance, partition) fairtrade_changelog_lag_messages > 0",
        wait="2m",
        summary="Worker {{ $labels.instance }} does not commit partition {{ $labels.partition }}",
        summary_zh="工作进程 {{ $labels.instance }} 未提交分区 {{ $labels.partition }}",
        description="Its last transaction is {{ $value | humanizeDuration }} old, while changed state waits.",
        description_zh="距上次事务已 {{ $value | humanizeDuration }}，而状态变更仍未写入。",
    ),
    Alert(
        name="RecoveryStuck",
        severity=Severity.page,
        expr="fairtrade_recovery_remaining_messages > 0 and delta(fairtrade_recovery_remaining_messages[5m]) >= 0",
        wait="5m",
        summary="Worker {{ $labels.instance }} does not get on restoring partition {{ $labels.partition }}",
        summary_zh="工作进程 {{ $labels.instance }} 恢复分区 {{ $labels.partition }} 停滞",
        description="{{ $value }} offsets of the state log are still unread; nothing of the partition is judged.",
        description_zh="状态日志尚有 {{ $value }} 个偏移量未读；该分区暂停研判。",
    ),
    Alert(
        name="StateNearLimit",
        severity=Severity.ticket,
        expr=f"instance:fairtrade_state_bytes:sum > 0.8 * {STATE_BUDGET_BYTES}",
        wait="10m",
        summary="The state of worker {{ $labels.instance }} nears what it may hold",
        summary_zh="工作进程 {{ $labels.instance }} 的状态接近上限",
        description="It holds {{ $value | humanize1024 }}B of "
        f"{STATE_BUDGET_BYTES // 1024**3} GiB of keys and values.",
        description_zh=f"键与值共 {{{{ $value | humanize1024 }}}}B，上限 {STATE_BUDGET_BYTES // 1024**3} GiB。",
    ),
    Alert(
        name="EventLoopBlocked",
        severity=Severity.ticket,
        expr="instance:fairtrade_event_loop_delay_seconds:p99_5m > 0.25",
        wait="10m",
        summary="The event loop of worker {{ $labels.instance }} is held up",
        summary_zh="工作进程 {{ $labels.instance }} 的事件循环受阻",
        description="One in a hundred turns comes {{ $value | humanizeDuration }} late; "
        "near the session timeout it loses its partitions.",
        description_zh="百分之一的循环迟到 {{ $value | humanizeDuration }}；接近会话超时将失去分区。",
    ),
    Alert(
        name="CardinalityNearBudget",
        severity=Severity.ticket,
        expr=f'scrape_samples_post_metric_relabeling{{job="{WORKER}"}} > 0.8 * {SERIES_BUDGET}',
        wait="10m",
        summary="Worker {{ $labels.instance }} shows nearly as many series as it may",
        summary_zh="工作进程 {{ $labels.instance }} 的时间序列接近上限",
        description=f"{{{{ $value }}}} of {SERIES_BUDGET} samples a scrape.",
        description_zh=f"每次抓取 {{{{ $value }}}} 个样本，上限 {SERIES_BUDGET}。",
    ),
    Alert(
        name="MetricsScrapeSlow",
        severity=Severity.ticket,
        expr=f'scrape_duration_seconds{{job="{WORKER}"}} > 2',
        wait="10m",
        summary="Worker {{ $labels.instance }} answers its scrape slowly",
        summary_zh="工作进程 {{ $labels.instance }} 的指标抓取过慢",
        description="A scrape takes {{ $value | humanizeDuration }}; at 10 s it fails and the worker looks down.",
        description_zh="一次抓取耗时 {{ $value | humanizeDuration }}；达到 10 秒即失败，进程将被视为宕机。",
    ),
    Alert(
        name="ClockSkew",
        severity=Severity.ticket,
        # A worker ahead of Prometheus, a broker ahead of Prometheus, a worker behind its broker.
        expr="(max by (job, instance) (fairtrade_checkpoint_timestamp_seconds) - time() > 5)"
        " or (max by (job, instance) (fairtrade_platform_last_event_timestamp_seconds) - time() > 5)"
        " or (max by (job, instance) (fairtrade_platform_last_event_timestamp_seconds)"
        " - max by (job, instance) (fairtrade_checkpoint_timestamp_seconds) > 15)",
        wait="5m",
        summary="The clocks of worker {{ $labels.instance }}, its broker and Prometheus disagree",
        summary_zh="工作进程 {{ $labels.instance }}、代理节点与 Prometheus 的时钟不一致",
        description="By {{ $value | humanizeDuration }}: ages, latencies and silences are wrong by as much.",
        description_zh="相差 {{ $value | humanizeDuration }}：时长、延迟与静默判断随之偏差。",
    ),
)

"""The words of messages in group chats, per language; every member of a closed set has one."""

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One language: plain words and patterns by key, and names of statuses, causes and so on."""

    words: Words
    severities: Words
    statuses: Words
    causes: Words
    windows: Words
    faults: Words


ZH = Vocabulary(
    words={
        "title": "【{tag}】{what}",
        "title_of": "{names}：{word}",
        "colon": "：",
        "comma": "、",
        "failing": "异常",
        "updated": "更新",
        "recovering": "已恢复，观察中",
        "resolved": "已解决",
        "withdrawn": "已关闭",
        "maintenance": "维护",
        "notice": "用户公告",
        "corrected": "公告更正",
        "fault": "监控自身",
        "fault_cleared": "监控恢复",
        "no_service": "暂未影响用户服务",
        "impact": "影响",
        "impact_of": "{service}（{status}）",
        "components": "组件",
        "cause": "原因",
        "cause_sure": "{cause}（把握 {percent}%）",
        "cause_at": "{cause}，位于 {component}",
        "subcause": "{cause} / {subcause}",
        "since": "开始",
        "recovered": "恢复",
        "downtime": "中断时长",
        "acknowledged": "处理人",
        "unstable": "状态",
        "unstable_text": "时好时坏",
        "planned": "计划时间",
        "planned_times": "{start} 至 {end}（{zone}）",
        "moment": "{time}（{zone}）",
        "detail": "详情",
        "state": "状态",
        "cleared": "解除",
        "open_incident": "事件详情",
        "open_runbook": "处置手册",
        "open_public": "用户页面",
        "acknowledge": "确认接手",
    },
    severities={"minor": "一般", "major": "重大", "critical": "严重"},
    statuses={
        "operational": "运行正常",
        "degraded": "性能下降",
        "partial_outage": "部分中断",
        "major_outage": "服务中断",
        "maintenance": "维护中",
        "unknown": "暂无数据",
    },
    causes={
        "maintenance": "系统升级与维护",
        "server_overload": "服务器过载",
        "database_anomaly": "数据库异常",
        "network_attack": "网络攻击",
        "third_party_interface": "第三方接口问题",
        "network_fault": "网络故障",
        "application_fault": "应用或配置故障",
        "regulatory": "政策监管要求",
        "monitor_fault": "监控自身故障",
        "unknown": "原因待查",
    },
    windows={
        "draft": "待批准",
        "scheduled": "已安排",
        "in_progress": "进行中",
        "overrunning": "超时未完成",
        "completed": "已完成",
        "cancelled": "已取消",
    },
    faults={
        "clock_jump": "系统时钟跳变",
        "loop_stall": "监控进程停顿",
        "store_unwritable": "存储无法写入",
        "isolated": "监控网络被隔离",
        "resolver": "域名解析失效",
        "local_resource": "本机资源不足",
    },
)

EN = Vocabulary(
    words={
        "title": "{tag} – {what}",
        "title_of": "{names}: {word}",
        "colon": ": ",
        "comma": ", ",
        "failing": "failing",
        "updated": "Update",
        "recovering": "Recovered, watching",
        "resolved": "Resolved",
        "withdrawn": "Closed",
        "maintenance": "Maintenance",
        "notice": "Notice to users",
        "corrected": "Notice corrected",
        "fault": "Monitor",
        "fault_cleared": "Monitor recovered",
        "no_service": "no service affected so far",
        "impact": "Impact",
        "impact_of": "{service} ({status})",
        "components": "Components",
        "cause": "Cause",
        "cause_sure": "{cause} ({percent} % sure)",
        "cause_at": "{cause}, in {component}",
        "subcause": "{cause} / {subcause}",
        "since": "Since",
        "recovered": "Recovered",
        "downtime": "Downtime",
        "acknowledged": "Taken by",
        "unstable": "State",
        "unstable_text": "comes and goes",
        "planned": "Planned",
        "planned_times": "{start} to {end}, {zone}",
        "moment": "{time}, {zone}",
        "detail": "Detail",
        "state": "State",
        "cleared": "Cleared",
        "open_incident": "Incident",
        "open_runbook": "Runbook",
        "open_public": "Page for users",
        "acknowledge": "Acknowledge",
    },
    severities={"minor": "Minor", "major": "Major", "critical": "Critical"},
    statuses={
        "operational": "operational",
        "degraded": "degraded",
        "partial_outage": "partial outage",
        "major_outage": "major outage",
        "maintenance": "under maintenance",
        "unknown": "no data",
    },
    causes={
        "maintenance": "maintenance",
        "server_overload": "server overload",
        "database_anomaly": "database anomaly",
        "network_attack": "network attack",
        "third_party_interface": "third-party interface",
        "network_fault": "network fault",
        "application_fault": "application or configuration fault",
        "regulatory": "regulatory requirement",
        "monitor_fault": "fault of the monitor",
        "unknown": "not known yet",
    },
    windows={
        "draft": "waits for approval",
        "scheduled": "scheduled",
        "in_progress": "in progress",
        "overrunning": "not finished on time",
        "completed": "completed",
        "cancelled": "cancelled",
    },
    faults={
        "clock_jump": "the system clock jumped",
        "loop_stall": "the monitor stalled",
        "store_unwritable": "the store cannot be written",
        "isolated": "the monitor is cut off from the network",
        "resolver": "names cannot be resolved",
        "local_resource": "the monitor's machine is short of something",
    },
)

VOCABULARIES = {"zh-CN": ZH, "en": EN}

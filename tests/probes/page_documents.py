"""Documents in the shapes that hosts of status pages publish; all of them made up."""

from typing import Any

API = {"id": "c1", "name": "Payments API"}
TRANSFERS = {"id": "c2", "name": "Transfers"}


def statuspage(**parts: Any) -> dict[str, Any]:
    """Give a summary of Statuspage's API v2 on which all is well, but for *parts*."""
    return {
        "page": {
            "id": "p1",
            "name": "Channel A",
            "url": "https://status.channel-a.example",
            "time_zone": "Asia/Shanghai",
            "updated_at": "2026-03-01T11:00:00.000+08:00",
        },
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "components": [part(API), part(TRANSFERS)],
        "incidents": [],
        "scheduled_maintenances": [],
        **parts,
    }


def part(component: dict[str, str], status: str = "operational") -> dict[str, Any]:
    """Give a component of Statuspage, with the fields that are often null."""
    return {
        **component,
        "status": status,
        "created_at": "2014-05-03T01:22:07.274Z",
        "updated_at": "2026-03-01T03:00:00.000Z",
        "position": 1,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": "p1",
        "group": False,
        "only_show_if_degraded": False,
    }


def incident(*components: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Give an incident of Statuspage, open and old enough to have nulls everywhere."""
    return {
        "id": "i1",
        "name": "Payments fail",
        "status": "investigating",
        "created_at": "2026-03-01T03:50:00.000Z",
        "updated_at": "2026-03-01T03:55:00.000Z",
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "major",
        "shortlink": "https://stspg.io/i1",
        "started_at": "2026-03-01T03:50:00.000Z",
        "page_id": "p1",
        "incident_updates": [
            {
                "id": "u1",
                "status": "investigating",
                "body": "We are investigating.",
                "incident_id": "i1",
                "created_at": "2026-03-01T03:50:00.000Z",
                "updated_at": "2026-03-01T03:50:00.000Z",
                "display_at": "2026-03-01T03:50:00.000Z",
                "affected_components": None,
                "deliver_notifications": True,
                "custom_tweet": None,
                "tweet_id": None,
            }
        ],
        "components": [part(each) for each in components],
        **fields,
    }


def maintenance(*components: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Give a maintenance of Statuspage that is announced for the night."""
    return incident(
        *components,
        **{
            "id": "m1",
            "name": "Database upgrade",
            "status": "scheduled",
            "impact": "maintenance",
            "scheduled_for": "2026-03-01T16:00:00.000Z",
            "scheduled_until": "2026-03-01T18:00:00.000Z",
            **fields,
        },
    )


INCIDENT_IO: dict[str, Any] = {
    "page_title": "Channel B",
    "page_url": "https://status.channel-b.example",
    "ongoing_incidents": [
        {
            "id": "01A",
            "name": "Slow payments",
            "status": "identified",
            "url": "https://status.channel-b.example/incidents/01A",
            "last_update_at": "2026-03-01T03:55:00Z",
            "last_update_message": "A cause was found.",
            "current_worst_impact": "degraded_performance",
            "affected_components": [
                {
                    "id": "c1",
                    "name": "Payments API",
                    "group_name": "APIs",
                    "current_status": "degraded_performance",
                }
            ],
        }
    ],
    "in_progress_maintenances": [
        {
            "id": "01B",
            "name": "Moving house",
            "status": "maintenance_in_progress",
            "url": "https://status.channel-b.example/maintenances/01B",
            "last_update_at": "2026-03-01T03:00:00Z",
            "last_update_message": None,
            "affected_components": [{"id": "c2", "name": "Transfers"}],
            "started_at": "2026-03-01T03:00:00Z",
            "scheduled_end_at": None,
        }
    ],
    "scheduled_maintenances": [
        {
            "id": "01C",
            "name": "Planned",
            "status": "maintenance_scheduled",
            "url": "https://status.channel-b.example/maintenances/01C",
            "last_update_at": "2026-02-20T03:00:00Z",
            "last_update_message": "Soon.",
            "affected_components": [{"id": "c1", "name": "Payments API"}],
            "starts_at": "2026-03-02T00:00:00Z",
            "ends_at": "2026-03-02T02:00:00Z",
        }
    ],
}

INSTATUS: dict[str, Any] = {
    "page": {"name": "Channel C", "url": "https://channel-c.example", "status": "HASISSUES"},
    "activeIncidents": [
        {
            "id": "k1",
            "name": "No transfers",
            "started": "2026-03-01T03:30:00.000Z",
            "status": "INVESTIGATING",
            "impact": "MAJOROUTAGE",
            "url": "https://channel-c.example/k1",
            "updatedAt": "2026-03-01T03:40:00.000Z",
        }
    ],
    "activeMaintenances": [
        {
            "id": "k2",
            "name": "Night work",
            "start": "2026-03-01T16:00:00.000Z",
            "status": "NOTSTARTEDYET",
            "duration": "90",
            "url": "https://channel-c.example/k2",
            "updatedAt": "2026-02-28T16:00:00.000Z",
        }
    ],
}

INSTATUS_COMPONENTS: dict[str, Any] = {
    "components": [
        {"id": "c1", "name": "Payments API", "description": "", "status": "OPERATIONAL"},
        {"id": "c2", "name": "Transfers", "description": "", "status": "MAJOROUTAGE"},
    ]
}

ATOM = """\
<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:status.channel-d.example,2005:/history</id>
  <title>Channel D - Incident History</title>
  <updated>2026-03-01T03:30:00Z</updated>
  <author><name>Channel D</name></author>
  <entry>
    <id>tag:status.channel-d.example,2005:Incident/2</id>
    <published>2026-03-01T02:00:00Z</published>
    <updated>2026-03-01T03:30:00Z</updated>
    <title>Payments &lt;b&gt;fail&lt;/b&gt;</title>
    <content type="html">&lt;p&gt;Resolved - all is well.&lt;/p&gt;</content>
  </entry>
  <entry>
    <id>tag:status.channel-d.example,2005:Incident/1</id>
    <updated>2026-02-01T00:00:00Z</updated>
    <title>Older</title>
  </entry>
</feed>
"""

RSS = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0">
  <channel>
    <title>Channel D - Scheduled</title>
    <image><title>logo</title></image>
    <pubDate>Sun, 01 Mar 2026 11:45:00 +0800</pubDate>
    <item>
      <title>Core switch</title>
      <description>THIS IS A SCHEDULED EVENT</description>
      <pubDate>Sun, 01 Mar 2026 11:00:00 +0800</pubDate>
      <maintenanceEndDate>Sun, 01 Mar 2026 13:00:00 +0800</maintenanceEndDate>
      <guid>https://status.channel-d.example/incidents/m9</guid>
    </item>
    <item>
      <title>An incident</title>
      <pubDate>not a date</pubDate>
      <guid>https://status.channel-d.example/incidents/i9</guid>
    </item>
  </channel>
</rss>
"""

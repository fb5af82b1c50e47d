"""Every brand at a glance."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict

from tocsin import clock
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.alerts import evidence
from tocsin.listen.actions import page_opened
from tocsin.listen.models import Source
from tocsin.ui.pages import answer
from tocsin.watch.period import read
from tocsin.watch.selectors import attention, mentions, overview
from tocsin.watch.selectors.watches import kept


@require(Role.OBSERVER)
def show(request: MemberRequest) -> HttpResponse:
    """Show every brand with its vigilance, its day and what changed."""
    organisation = request.organisation
    page_opened(organisation)
    now = clock.now(organisation)
    day = read(QueryDict("period=24h"), now, ZoneInfo(organisation.time_zone))
    rows = overview.brand_rows(organisation, now, day)
    context = {
        "rows": rows,
        "alerts": [evidence.row(alert) for alert in attention.open_alerts(organisation)],
        "growing": sorted((one for row in rows for one in row.growing), key=lambda one: -one.narrative.count)[
            : attention.NARRATIVES_SHOWN
        ],
        "now": now,
        "has_sources": Source.objects.exists(),
        "has_posts": any(row.day.volume for row in rows)
        or mentions.latest_place([watch.pk for watch in kept(organisation)]) is not None,
    }
    return answer(request, "watch/overview.html", context, {"overview": "watch/_overview.html"})

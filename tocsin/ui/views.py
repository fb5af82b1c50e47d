"""What every page uses: what stands around it, the palette, the choice of language."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from tocsin.accounts import profile
from tocsin.accounts.access import require
from tocsin.accounts.models import Role
from tocsin.accounts.requests import MemberRequest
from tocsin.ui import finding
from tocsin.ui.pages import answer
from tocsin.watch.models import Brand


@require(Role.OBSERVER)
def palette(request: MemberRequest) -> HttpResponse:
    """Return what fits the words typed in the palette."""
    groups = finding.find(request.organisation, request.GET.get("q", "")[:200])
    return answer(request, "ui/palette_results.html", {"groups": groups})


@require(Role.OBSERVER)
def around(request: MemberRequest) -> HttpResponse:
    """Return what stands around every page: how each brand stands, open alerts, dead sources."""
    asked = request.GET.get("brand", "")
    brand = Brand.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 12 else None
    return answer(request, "ui/around.html", {"brand": brand})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Speak another language from now on: kept with the account, and in a cookie before one signs in."""
    if request.user.is_authenticated:
        profile.speak(request.user, request.POST.get("language", ""))
    return set_language(request)

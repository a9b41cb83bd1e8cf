"""Which notices an agent wants by mail; what a mail service reports; where a subscription ends."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.look.languages import speaker
from deskbell.mail import hooks, notices, subscribing
from deskbell.people.access import agent_of, agents_only


@require_http_methods(["GET", "POST"])
@agents_only
def choices(request: HttpRequest) -> HttpResponse:
    """`/notices/mail`: which notices come by mail; a POST saves the choice."""
    agent = agent_of(request)
    if request.method == "POST":
        notices.choose(agent, request.POST.getlist("topics"))
        return redirect("notice-mails")
    context = {"topics": notices.TOPICS, "wanted": notices.wanted_by(agent)}
    return render(request, "mail/choices.html", context)


@csrf_exempt  # a mail service calls it, with a secret of its own
@require_POST
def reports(request: HttpRequest, service: str) -> HttpResponse:
    """`POST /mail/reports/<service>`: answered 200 once all is committed."""
    try:
        hooks.take(request, service)
    except hooks.Forged:
        return _forged(request)
    except hooks.Unproved:
        return HttpResponse("Nothing proves it. Come again.", status=503, content_type="text/plain")
    except ValueError:
        return HttpResponse("This can't be read.", status=400, content_type="text/plain")
    return HttpResponse("Taken.", content_type="text/plain")


def _forged(request: HttpRequest) -> HttpResponse:
    """Amazon's SNS shows the password in an address only when it has been asked for one."""
    if "Authorization" in request.headers:
        return HttpResponse("The secret is wrong.", status=403, content_type="text/plain")
    answer = HttpResponse("Show the secret.", status=401, content_type="text/plain")
    answer["WWW-Authenticate"] = 'Basic realm="Reports on mail"'
    return answer


@csrf_exempt  # RFC 8058: a mail program posts without ever having seen a page; the link is the secret
@require_http_methods(["GET", "POST"])
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    """`/unsubscribe/<token>`: a GET asks, since mail scanners open links; a POST ends it."""
    subscription = subscribing.subscription_of(token)
    if request.method == "POST":
        subscribing.end(subscription)
    context = {
        "lang": subscription.language,
        "t": speaker(subscription.language, subscribing.SPANISH),
        "what": subscription.what,
        "ended": request.method == "POST",
    }
    return render(request, "mail/unsubscribe.html", context)

"""The posting acted in, language and keys, and half-typed forms."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import whole_number
from accounts.middleware import SESSION_KEY
from accounts.models import Posting


@require_POST
@requires(Permission.WORK)
def posting_switch(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Act in another of one's own postings from now on."""
    held = Posting.objects.held_on(timezone.localdate()).filter(user=grant.user)
    posting = get_object_or_404(held, pk=whole_number(request.POST.get("posting", "")))
    request.session[SESSION_KEY] = posting.pk
    return redirect("home")


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why nothing is shown yet, and the way to set up or give the second factor."""
    has_one = Authenticator.objects.filter(user=request.user).exists()
    return TemplateResponse(request, "accounts/second_factor.html", {"has_one": has_one})


@require_POST
@login_not_required
def language_set(request: HttpRequest) -> HttpResponse:
    """For everybody by cookie, for who is signed in on the user as well."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(_following(request))
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        if request.user.is_authenticated and request.user.language != language:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@require_POST
@requires(Permission.WORK)
def keys_set(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Single keys on or off, on whatever machine the user signs in."""
    user, wanted = grant.user, request.POST.get("keys")
    if wanted in ("on", "off") and user.single_keys != (wanted == "on"):
        user.single_keys = wanted == "on"
        user.save(update_fields=["single_keys"])
    return HttpResponseRedirect(_following(request))


@require_POST
@requires(Permission.WORK)
def draft_save(request: HttpRequest, grant: Grant) -> HttpResponse:
    """The page says whose it is: typed by one, it is neither kept nor sent as another's."""
    if request.POST.get("as", "") not in ("", f"{grant.user.pk}.{grant.posting.pk}"):
        return HttpResponse(status=409)
    form = request.POST.get("draft", "")[:100]
    if form:
        drafts.save(grant=grant, form=form, posted=request.POST, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@requires(Permission.WORK)
def draft_discard(request: HttpRequest, grant: Grant) -> HttpResponse:
    drafts.discard(grant=grant, form=request.POST.get("draft", "")[:100])
    return HttpResponseRedirect(_following(request))


def _following(request: HttpRequest) -> str:
    """Where the form wants to go on: an address of ours, never a view's name."""
    following = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return following if is_ours else "/"

"""Talks with guardians and children, and visits at home: what was heard, seen and agreed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting
from children.models import Guardianship, State
from children.models.base import OfChildQuerySet, Record


class ContactKind(models.TextChoices):
    GUARDIAN = "GUARDIAN", _("with the guardian")
    CHILD_TALK = "CHILD_TALK", _("talk with the child")
    HOME_VISIT = "HOME_VISIT", _("visit at home")


class Means(models.TextChoices):
    PHONE = "PHONE", _("phone call")
    VIDEO = "VIDEO", _("video call")
    MESSAGE = "MESSAGE", _("message")
    IN_PERSON = "IN_PERSON", _("in person")


class Topic(models.TextChoices):
    STUDY = "STUDY", _("study")
    HEALTH = "HEALTH", _("health")
    MOOD = "MOOD", _("mood")
    CONDUCT = "CONDUCT", _("conduct")
    LIVING = "LIVING", _("daily life")
    ALLOWANCE = "ALLOWANCE", _("allowance")
    SAFETY = "SAFETY", _("safety")
    OTHER = "OTHER", _("other")


class GuardianContact(Record):
    """With the guardian, with the child alone (then without guardian), or a visit at home.

    What was seen of the home and whether the child was seen alone are told of visits only.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="contacts")
    helper = models.ForeignKey(
        Posting, verbose_name=_("logged by"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind of contact"), max_length=12, choices=ContactKind)
    means = models.CharField(pgettext_lazy("means of contact", "by"), max_length=12, choices=Means)
    happened_on = models.DateField(_("day"))
    is_reached = models.BooleanField(_("reached"), default=True)
    guardianship = models.ForeignKey(
        Guardianship, verbose_name=_("with whom"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    subjects = ArrayField(
        models.CharField(max_length=10, choices=Topic), verbose_name=_("subjects"),
        default=list, blank=True,
    )  # fmt: skip
    physical_state = models.CharField(_("health"), max_length=10, choices=State, blank=True)
    mental_state = models.CharField(_("mood"), max_length=10, choices=State, blank=True)
    living_conditions = models.CharField(
        _("living conditions"), max_length=10, choices=State, blank=True
    )
    child_seen_alone = models.BooleanField(_("child seen alone"), null=True, blank=True)
    summary = models.TextField(_("what was said"), max_length=5_000, blank=True)
    agreed = models.TextField(_("what was agreed"), max_length=2_000, blank=True)
    follow_up_on = models.DateField(_("follow up by"), null=True, blank=True)

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["child", "-happened_on", "-id"], name="contact_of_child")]
        constraints = [
            models.CheckConstraint(
                name="contact_kind_known", condition=Q(kind__in=ContactKind.values)
            ),
            models.CheckConstraint(name="contact_means_known", condition=Q(means__in=Means.values)),
            models.CheckConstraint(
                name="contact_states_known",
                condition=Q(physical_state__in=["", *State.values])
                & Q(mental_state__in=["", *State.values]),
            ),
            models.CheckConstraint(
                name="contact_lasts_a_day_at_most",
                condition=Q(minutes__isnull=True) | Q(minutes__lte=1440),
                violation_error_message=_("A contact lasts a day at most."),
            ),
            models.CheckConstraint(
                name="contact_unreached_tells_no_state",
                condition=Q(is_reached=True) | Q(physical_state="", mental_state=""),
                violation_error_message=_("Nobody was reached: health and mood cannot be known."),
            ),
            models.CheckConstraint(
                name="contact_follow_up_lies_ahead",
                condition=Q(follow_up_on__isnull=True)
                | Q(follow_up_on__gte=models.F("happened_on")),
                violation_error_message=_("The follow-up lies before the contact."),
            ),
            models.CheckConstraint(
                name="contact_visit_is_in_person",
                condition=~Q(kind=ContactKind.HOME_VISIT) | Q(means=Means.IN_PERSON),
                violation_error_message=_("A visit at home is in person."),
            ),
            models.CheckConstraint(
                name="contact_subjects_known",
                condition=Q(subjects__contained_by=Topic.values),
            ),
            models.CheckConstraint(
                name="contact_home_seen_by_a_visit_alone",
                condition=Q(kind=ContactKind.HOME_VISIT, is_reached=True)
                | Q(living_conditions="", child_seen_alone__isnull=True),
                violation_error_message=_("Only a visit at home shows how the child lives."),
            ),
            models.CheckConstraint(
                name="contact_living_conditions_known",
                condition=Q(living_conditions__in=["", *State.values]),
            ),
            models.CheckConstraint(
                name="contact_talk_with_the_child_is_without_guardian",
                condition=~Q(kind=ContactKind.CHILD_TALK) | Q(guardianship__isnull=True),
                violation_error_message=_("A talk with the child is without the guardian."),
            ),
            models.CheckConstraint(
                name="contact_reached_says_what",
                condition=Q(is_reached=False) | ~Q(summary=""),
                violation_error_message=_("Say in one sentence what was said."),
            ),
        ]

    @property
    def subjects_in_words(self) -> list[str]:
        return [str(Topic(subject).label) for subject in self.subjects]

    def __str__(self) -> str:
        return f"Contact {self.pk}"

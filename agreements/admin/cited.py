"""The sources of an event in its form: known ones by their address or name, new ones made with it, and what they say.

with the address of a known source     that source, whatever else was typed of it must agree
with a new address                     title, publisher, kind and, if known, day: the source is made on saving
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse_lazy
from django.utils.text import capfirst

from agreements.admin.choices import DeskStackedInline
from agreements.admin.days import DaysField
from agreements.admin.publishing import NO_REASON, PUBLISH_NOW, lacks_reason
from agreements.models import Citation, Claim, Event, Source
from agreements.models.event import Publication
from agreements.models.source import ClaimField, Confidence, SourceKind
from agreements.typed_days import Days, DaysError, read
from agreements.web_addresses import AddressError, clean, host_of, key

#: How sure a source makes us by its kind alone, where an editor does not say. Low sets no status.
CONFIDENCE_BY_KIND: dict[str, Confidence] = {
    SourceKind.ICE_LIST: Confidence.HIGH,
    SourceKind.MEMORANDUM: Confidence.HIGH,
    SourceKind.COURT: Confidence.HIGH,
    SourceKind.GOVERNMENT: Confidence.HIGH,
    SourceKind.NEWS: Confidence.MEDIUM,
    SourceKind.ADVOCACY: Confidence.MEDIUM,
    SourceKind.OTHER: Confidence.LOW,
}
#: The fields of the form that describe a new source, each with the source's own field.
OF_SOURCE = {"address": "url", "title": "title", "publisher": "publisher", "source_kind": "kind"}


def known_sources(address: str) -> list[Source]:
    """The sources recorded of the page at a clean address, by title: ICE prints list after list at one. One query."""
    host, wanted = host_of(address), key(address)
    at_host = Q()
    for start in ("http://", "https://", "http://www.", "https://www."):
        at_host |= Q(url__istartswith=f"{start}{host}")
    return [source for source in Source.objects.filter(at_host).order_by("title") if _key(source.url) == wanted]


def _key(address: str) -> str:
    try:
        return key(address)
    except AddressError:
        return ""


class AddressField(forms.CharField):
    """An address as it was pasted; its value is the clean one. See `agreements.web_addresses`."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        try:
            return clean(typed) if typed else ""
        except AddressError as error:
            raise ValidationError(str(error), "invalid") from None


def new_source(form: forms.BaseForm, cleaned: dict[str, Any]) -> Source | None:
    """A source that is not recorded yet, by the rules of its model, from the fields in OF_SOURCE and `published`.

    It is not written. None where the form has errors, with those of the source.
    """
    days = cleaned.get("published") or Days(None, None)
    source = Source(
        published_earliest=days.earliest,
        published_latest=days.latest,
        **{own: cleaned.get(name, "") for name, own in OF_SOURCE.items()},
    )
    names = {own: name for name, own in OF_SOURCE.items()}
    missing = {"title": "Give its title.", "publisher": "Say who published it.", "source_kind": "Choose its kind."}
    for name, words in missing.items():
        if not cleaned.get(name) and name not in form.errors:
            form.add_error(name, ValidationError(words, "required"))
    of_the_whole = "published" if "published" in form.fields else None
    try:
        source.full_clean(exclude=[OF_SOURCE[name] for name in missing if name in form.errors])
    except ValidationError as error:
        for own, errors in error.error_dict.items():
            form.add_error(names.get(own, of_the_whole), errors)
    return None if form.errors else source


def written(source: Source) -> Source:
    """The new source, as it is recorded: once, whoever else makes it at the same time."""
    columns = {field.attname: getattr(source, field.attname) for field in Source._meta.concrete_fields}
    named = {name: columns.pop(name) for name in ("url", "title")}
    del columns["id"]
    return Source.objects.get_or_create(**named, defaults=columns)[0]


class CitationForm(forms.ModelForm):
    """A source of an event: which one, how sure it makes us, and what it states otherwise.

    A citation that the importer set is the editor's once an editor has changed it.
    """

    address = AddressField(
        required=False,
        max_length=2000,
        help_text="Paste it as it is: what only tracks readers is taken off.",
        widget=forms.TextInput(
            {
                "class": "vTextField",
                "inputmode": "url",
                "autocomplete": "off",
                "data-known-at": reverse_lazy("admin:known_source"),
            }
        ),
    )
    title = forms.CharField(required=False, max_length=300, widget=forms.TextInput({"class": "vTextField"}))
    publisher = forms.CharField(required=False, max_length=200, widget=forms.TextInput({"class": "vTextField"}))
    source_kind = forms.ChoiceField(
        required=False,
        label="Kind of source",
        choices=[("", "Choose a kind"), *SourceKind.choices],
    )
    published = DaysField(help_text="As far as it shows one: 3/11/2025, March 2025.")
    confidence = forms.ChoiceField(
        required=False,
        choices=[("", "By its kind: high for documents, medium for reports"), *Confidence.choices],
    )
    differs_on = forms.ChoiceField(
        required=False,
        label="States otherwise",
        choices=[("", "Nothing"), *((value, capfirst(label)) for value, label in ClaimField.choices)],
    )
    differs_value = forms.CharField(
        required=False,
        max_length=200,
        label="It says",
        help_text="A day as you would type it above, a count such as 5–2, or a few words.",
        widget=forms.TextInput({"class": "vTextField"}),
    )
    remove_claims = forms.MultipleChoiceField(
        required=False, label="Remove what it states otherwise", widget=forms.CheckboxSelectMultiple
    )

    #: Made by `make_source`, with the event.
    new_source: Source | None = None
    #: What it states otherwise; not a row yet.
    new_claim: Claim | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].required = False
            self.fields["source"].label = "Or a known source"
        claims = list(self.instance.claims.all()) if self.instance.pk else []
        choice = self.fields["remove_claims"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(str(claim.pk), str(claim)) for claim in claims]
        if not claims:
            choice.widget = forms.MultipleHiddenInput()
        self._claimed = {str(claim.pk): claim.field for claim in claims}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "address" not in self.errors and "source" not in self.errors:
            self._clean_source(cleaned)
        source = self.source
        if source and not cleaned.get("confidence"):
            cleaned["confidence"] = CONFIDENCE_BY_KIND.get(source.kind, Confidence.LOW)
        self._clean_claim(cleaned)
        return cleaned

    @property
    def changes_what_is_said(self) -> bool:
        """Whether it changes anything but the editors' note."""
        return bool(set(self.changed_data) - {"note"})

    @property
    def source(self) -> Source | None:
        """The source that is cited, known or new; None where neither is given as it must be."""
        return self.new_source or self.cleaned_data.get("source")

    def _clean_source(self, cleaned: dict[str, Any]) -> None:
        address, chosen = cleaned.get("address"), cleaned.get("source")
        if not address:
            if not chosen:
                self.add_error("address", "Type the address of the source, or choose a known one.")
            return
        is_kept = bool(self.instance.pk) and "source" not in self.changed_data
        known = known_sources(address)
        if chosen and not is_kept and chosen not in known:
            self.add_error("address", f"The address is not that of “{chosen}”: give the one or the other.")
            return
        cleaned["source"] = chosen if chosen and chosen in known else self._known(known, cleaned.get("title", ""))
        if not known:
            self.new_source = new_source(self, cleaned)

    def _known(self, known: list[Source], title: str) -> Source | None:
        """Which of the sources at the address is meant, by the title if one was typed."""
        titled = [source for source in known if source.title.casefold() == title.strip().casefold()]
        if title and known and not titled:
            names = "; ".join(f"“{source.title}”" for source in known[:3])
            self.add_error("title", f"This address is recorded as {names}. Leave the title empty to cite that.")
        elif len(known) > 1 and not titled:
            self.add_error("address", f"{len(known)} sources have this address: choose one of them by its name below.")
        return next(iter(titled or known), None)

    def _clean_claim(self, cleaned: dict[str, Any]) -> None:
        name, value = cleaned.get("differs_on", ""), cleaned.get("differs_value", "")
        removed = set(cleaned.get("remove_claims", ()))
        if not name and not value:
            return
        if not name:
            self.add_error("differs_on", "Choose on what it states otherwise.")
        elif not value:
            self.add_error("differs_value", "Say what it states.")
        elif cleaned.get("is_used"):
            self.add_error("differs_on", "The source that is used first cannot state otherwise: the event follows it.")
        elif name in {field for pk, field in self._claimed.items() if pk not in removed}:
            self.add_error("differs_on", f"Its claim about {ClaimField(name).label} is recorded: remove that first.")
        else:
            self.new_claim = self._claim(name, value)

    def _claim(self, name: str, value: str) -> Claim | None:
        if name != ClaimField.DAY:
            return Claim(field=name, value=value)
        try:
            days = read(value)
        except DaysError as error:
            self.add_error("differs_value", str(error))
            return None
        if days == (None, None):
            self.add_error("differs_value", "Say which day it states.")
            return None
        return Claim(field=name, earliest=days.earliest, latest=days.latest)

    def make_source(self) -> None:
        """Write the new source, if there is one: once, before the event's other rows."""
        if self.new_source and not self.new_source.pk:
            self.instance.source = self.new_source = written(self.new_source)

    def save(self, commit: bool = True) -> Any:
        self.make_source()
        self.instance.is_from_list = self.instance.is_from_list and not self.changes_what_is_said
        citation = super().save(commit)
        if commit:
            citation.claims.filter(pk__in=self.cleaned_data.get("remove_claims", ())).delete()
            if self.new_claim:
                self.new_claim.citation = citation
                self.new_claim.save()
        return citation


class CitationInlineFormSet(forms.BaseInlineFormSet):
    """The sources of an event: each once, one of them used first; to be published it needs one.

    The database holds the first and the last at commit.
    """

    #: Whether who is at work may make a source that is not recorded yet.
    may_add_sources = True

    def add_fields(self, form: Any, index: int | None) -> None:
        """One source is used first unless an editor says otherwise."""
        super().add_fields(form, index)
        if not form.instance.pk and (index is None or index > 0):
            form.initial["is_used"] = False

    @property
    def kept(self) -> list[CitationForm]:
        """The forms whose sources the event will have."""
        forms: list[Any] = self.forms
        return [one for one in forms if getattr(one, "cleaned_data", None) and not one.cleaned_data.get("DELETE")]

    def clean(self) -> None:
        self._refuse_twice()
        super().clean()
        if any(self.errors):
            return
        kept = self.kept
        if not self.may_add_sources and any(form.new_source for form in kept):
            raise ValidationError("Your account may not add sources: choose a known one.")
        is_to_be_public = self.instance.publication == Publication.PUBLISHED or PUBLISH_NOW in self.data
        if is_to_be_public and not kept:
            raise ValidationError("An event needs a source to be published. Add one, or keep it a draft.")
        sent: list[Any] = self.forms
        changed = any(form.changes_what_is_said for form in sent)
        if changed and lacks_reason(self.instance, self.data):
            raise ValidationError(NO_REASON)
        if kept and changed and not any(form.cleaned_data.get("is_used") for form in kept):
            raise ValidationError("Say which source is used first: the kind, days and wording are from it.")

    def _refuse_twice(self) -> None:
        seen: dict[str, str] = {}
        for form in self.kept:
            source = form.new_source or form.cleaned_data.get("source")
            if isinstance(source, Source):
                one = _key(source.url) if not source.pk else f"#{source.pk}"
                if one in seen:
                    raise ValidationError(f"This source is given twice: “{source.title}”. Remove one of the two.")
                seen[one] = source.title

    def save_notes(self) -> int:
        """Write the editors' notes of the sources that stand, by themselves; returns how many were changed."""
        noted = [form for form in self.kept if form.instance.pk and "note" in form.changed_data]
        for form in noted:
            Citation.objects.filter(pk=form.instance.pk).update(note=form.cleaned_data["note"])
        return len(noted)

    def make_sources(self) -> None:
        """Write the new sources before the event's own rows, within the transaction that saves it."""
        for form in self.kept:
            form.make_source()


class CitationInline(DeskStackedInline):
    """The sources in the event's page, one empty one to begin with."""

    model = Citation
    form = CitationForm
    formset = CitationInlineFormSet
    verbose_name = "source"
    verbose_name_plural = "sources"
    autocomplete_fields = ("source",)
    readonly_fields = ("is_from_list",)

    class Media:
        js = [forms.Script("admin_desk/sources.js", defer=True)]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A new source is made by its address: nothing leads away from here to another form."""
        own = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "source" and own is not None:
            wrapper: Any = own.widget
            wrapper.can_add_related = wrapper.can_change_related = wrapper.can_view_related = False
            wrapper.can_delete_related = False
        return own

    def get_formset(self, request: HttpRequest, obj: Event | None = None, **kwargs: Any) -> Any:
        # A published event's sources are changed on its own page alone: no way leads to theirs.
        self.show_change_link = obj is None or obj.publication != Publication.PUBLISHED
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.may_add_sources = request.user.has_perm("agreements.add_source")
        return formset

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("claims")

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """A source that is taken off an event is a change of the event; its history keeps it."""
        return self.has_change_permission(request, obj)

    def get_extra(self, request: HttpRequest, obj: Event | None = None, **kwargs: Any) -> int:
        """One to be filled in without a script too; an event that has sources shows those alone."""
        return 0 if obj and obj.citations.exists() else 1

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Who may only look sees what is recorded, and no fields for what is new."""
        events = admin.site.get_model_admin(Event)
        if not (events.has_change_permission(request, obj) if obj else events.has_add_permission(request)):
            return [(None, {"fields": ["source", "is_used", "confidence", "says", "note", "is_from_list"]})]
        says: list[Any] = ["says", "remove_claims", ("differs_on", "differs_value"), "note", "is_from_list"]
        return [
            (None, {"fields": ["address", "source", ("title", "publisher"), ("source_kind", "published")]}),
            (None, {"fields": [("is_used", "confidence")]}),
            ("What it says, and states otherwise", {"classes": ["collapse"], "fields": says}),
        ]


def known_source(request: HttpRequest) -> JsonResponse:
    """What is known of a typed address: {"address", "source": {"id", "text"} or null, "words"}, or {"error"}."""
    if not admin.site.get_model_admin(Source).has_view_permission(request):
        raise PermissionDenied
    try:
        address = clean(request.GET.get("address", "")[:2000])
    except AddressError as error:
        return JsonResponse({"error": str(error)})
    known = known_sources(address)
    one = known[0] if len(known) == 1 else None
    words = "New: give its title, publisher and kind."
    if one:
        words = f"Known: {one.title}, {one.publisher}."
    elif known:
        words = f"{len(known)} sources have this address: choose one of them by its name."
    source = {"id": str(one.pk), "text": str(one)} if one else None
    return JsonResponse({"address": address, "source": source, "is_known": bool(known), "words": words})

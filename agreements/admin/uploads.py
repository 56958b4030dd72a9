"""Where editors bring one of ICE's workbooks: read as from a stranger, never on a disk, its plan worked out at once."""

import contextlib
import hashlib
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from agreements.admin.kept import editor
from agreements.dates import day_in_words
from agreements.ice.fetch import Suggestion, suggest
from agreements.ice.parse import ParsedSheet, SheetError, read_workbook
from agreements.ice.reviewing import Place, receive, refuse_day
from agreements.models import Review, Sheet
from agreements.models.sheet import HalfDay, IceList

#: ICE's largest workbook has 0.4 MB.
MAX_UPLOAD = 5_000_000
#: What the form's other fields and the parts' headers may take besides.
MAX_REQUEST = MAX_UPLOAD + 100_000
TOO_LARGE = f"This file has more than {MAX_UPLOAD // 1_000_000} MB. ICE’s workbooks have less than one."


class InMemory(MemoryFileUploadHandler):
    """Keeps the file in memory, whatever its size: there is no disk to write on. The request is bounded before."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        super().handle_raw_input(*args, **kwargs)
        self.activated = True


def suggestion_in_words(said: Suggestion) -> str:
    """ "The file’s name says: participating list, July 8, 2025, afternoon. Names can be wrong." """
    half = dict(HalfDay.choices).get(said.half_day or "", "").lower()
    parts = [f"{said.list} list" if said.list else "", day_in_words(said.day) if said.day else "", half]
    named = ", ".join(part for part in parts if part)
    doubts = "; ".join(said.doubts)
    if not named:
        return f"The file’s name says nothing of it: {doubts}."
    return f"The file’s name says: {named}{f' ({doubts})' if doubts else ''}. Names can be wrong."


class UploadForm(forms.Form):
    """A workbook and where it belongs. What is left empty is filled in from the file's name, and asked for again."""

    file = forms.FileField(
        label="Workbook",
        help_text="Choose it or drop it here: one of ICE’s two lists, as .xlsx.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    list = forms.ChoiceField(
        label="List", choices=[("", "Choose…"), *IceList.choices], help_text="As which ICE published it."
    )
    published_on = forms.DateField(
        label="Day of publication", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    half_day = forms.ChoiceField(label="Half-day", choices=[("", "Choose…"), *HalfDay.choices])

    parsed: ParsedSheet
    content: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filled = ""
        file = self.files.get("file")
        if file is None or not file.name:
            return
        said = suggest(file.name)
        named = {"list": said.list, "published_on": said.day and said.day.isoformat(), "half_day": said.half_day}
        empty = {name: value for name, value in named.items() if value and not self.data.get(name)}
        if empty:
            self.data = {**dict(self.data.items()), **empty}
            self.filled = suggestion_in_words(said)

    def clean_published_on(self) -> date:
        day: date = self.cleaned_data["published_on"]
        refuse_day(day)
        return day

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise ValidationError(TOO_LARGE)
        self.content = file.read()
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.filled:
            raise ValidationError(f"{self.filled} Look whether that is right, and choose the file again.")
        if self.errors:
            return cleaned
        self.refuse_known()
        try:
            self.parsed = read_workbook(self.content, published_on=cleaned["published_on"])
        except SheetError as error:
            self.add_error("file", str(error))
        return cleaned

    @property
    def place(self) -> Place:
        return Place(*(self.cleaned_data[name] for name in ("list", "published_on", "half_day")))

    def refuse_known(self) -> None:
        """Raise ValidationError where the record has this very sheet, in this place."""
        if known := self.place.stored(hashlib.sha256(self.content).hexdigest()):
            raise ValidationError(
                format_html(
                    'The record has this sheet already: <a href="{}">{}</a>. There is nothing to bring in.',
                    reverse("admin:agreements_sheet_change", args=[known.pk]),
                    known,
                ),
                "known",
            )


def require_reviewer(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not bring in and review sheets."""
    if not request.user.has_perm("agreements.review_sheet"):
        raise PermissionDenied


def content_length(request: HttpRequest) -> int:
    """How many bytes the request says that it has; without a word none are read."""
    with contextlib.suppress(ValueError):
        return int(request.META.get("CONTENT_LENGTH") or 0)
    return 0


@csrf_exempt  # so that the body is not read before its handler is chosen; _upload is protected
def upload_sheet(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends. A body that is too large is refused before a byte of it is read."""
    require_reviewer(request)
    if content_length(request) > MAX_REQUEST:
        return _form(request, UploadForm(), refused=TOO_LARGE, status=413)
    request.upload_handlers = [InMemory(request)]
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form)
    review = receive(
        content=form.content,
        parsed=form.parsed,
        place=form.place,
        file_name=form.cleaned_data["file"].name,
        by=editor(request),
    )
    return HttpResponseRedirect(reverse("admin:review_sheet", args=[review.pk]))


def _form(request: HttpRequest, form: UploadForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Bring in one of ICE’s sheets",
        "opts": Sheet._meta,
        "form": form,
        "refused": refused,
        "most": MAX_UPLOAD,
        "waiting": _reviews().filter(sheet=None),
        "lately": _reviews().exclude(sheet=None)[:10],
    }
    return render(request, "admin/agreements/sheet/upload.html", context, status=status)


def _reviews() -> QuerySet[Review]:
    return Review.objects.defer("content", "plan").select_related("uploaded_by", "brought_in_by", "sheet")


def read_file_name(request: HttpRequest) -> JsonResponse:
    """What a file's name says: {"list", "published_on", "half_day", "words"}, the first three "" where it does not."""
    require_reviewer(request)
    said = suggest(request.GET.get("q", "")[:300])
    return JsonResponse(
        {
            "list": said.list or "",
            "published_on": said.day.isoformat() if said.day else "",
            "half_day": said.half_day or "",
            "words": suggestion_in_words(said),
        }
    )

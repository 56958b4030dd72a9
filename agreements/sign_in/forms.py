"""The forms in which a code, or password and code, are given. What fails is counted, by account and address."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_otp.models import Device

from agreements.sign_in import factor


class _CodeField(forms.CharField):
    widget = forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        return factor.as_typed(super().clean(value))


class CodeForm(forms.Form):
    """A code of the second factor, of the app or for recovery. `answer` says what became of it."""

    code = _CodeField(max_length=40, label="Code", help_text="Six digits from the app, or a recovery code.")

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        self.answer = factor.Answer(None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "code" in cleaned and not self.errors:
            self._check(cleaned["code"])
        return cleaned

    def _check(self, code: str) -> None:
        self.answer = factor.check_code(user=self.user, code=code)
        if self.answer.wait_seconds:
            raise ValidationError(f"Too many wrong codes. Wait {_in_words(self.answer.wait_seconds)}, then try again.")
        if self.answer.device is None:
            account = {"username": self.user.get_username()}
            user_login_failed.send(sender=__name__, credentials=account, request=self.request)
            raise ValidationError("That code is wrong, was used before, or is too old. Wait for the app’s next one.")

    @property
    def device(self) -> Device | None:
        """What took the code, once the form is valid."""
        return self.answer.device


class ConfirmForm(CodeForm):
    """The password again, and a code where the account has a second factor."""

    password = forms.CharField(
        strip=False, widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True})
    )
    field_order = ("password", "code")

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, user, *args, **kwargs)
        if not factor.is_verified(user):
            del self.fields["code"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if authenticate(self.request, username=self.user.get_username(), password=password) is None:
            raise ValidationError("That is not the password.")
        return password


class SetUpForm(forms.Form):
    """The first code of an app that was just given its key."""

    code = _CodeField(max_length=40, label="Code", help_text="The six digits that the app shows now.")

    def __init__(self, user: User, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.key = user, key
        self.recovery_codes: list[str] = []
        self.device: Device | None = None

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        done = factor.set_up(user=self.user, key=self.key, code=code)
        if done is None:
            raise ValidationError("That is not the code of now. Check the clock of the phone, and try its next code.")
        self.device, self.recovery_codes = done
        return code


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 90 else f"{-(-minutes // 60)} hours"

"""What people change about themselves."""

from django.conf import settings
from django.db import transaction

from tocsin.accounts.models import User


@transaction.atomic
def change(user: User, *, name: str, language: str) -> None:
    """Change one's name and language."""
    user.name = name.strip()[:120]
    user.language = language if language in dict(settings.LANGUAGES) else user.language
    user.save(update_fields=["name", "language"])


@transaction.atomic
def speak(user: User, language: str) -> None:
    """Change one's language; an unknown one changes nothing."""
    change(user, name=user.name, language=language)

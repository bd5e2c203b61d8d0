"""People who sign in: by e-mail, phone number or a name they chose."""

from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Numbered
from core.numbers import take_number


class UserManager(BaseUserManager["User"]):
    """Creates people outside the pages: `createsuperuser` of the installer, samples, tests.

    Pages sign people up through `operations.sign_up`, which audits.
    """

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        now = timezone.now()
        fields = {"created_at": now, "updated_at": now, "date_joined": now} | fields
        number = take_number(self.model.PREFIX, now)
        user = self.model(number=number, username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Numbered):
    """A person. `username` is always there: the name they chose, or a random one that nobody sees
    when they signed up by e-mail or phone. `email_verified_at` is set when the link in a mail was
    opened; no message is mailed before that. `must_set_password` sends whoever signed in by a
    one-time code to the password page first.

    `is_staff` opens Django's admin where the installer switched it on, nothing else.
    """

    KIND = "user"
    PREFIX = "RY"
    PERSONAL_FIELDS = frozenset({"username", "name", "email", "phone", "password"})

    username = models.CharField(_("账号名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("邮箱"), blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(_("手机号"), max_length=20, blank=True)
    is_active = models.BooleanField(_("可以登录"), default=True)
    is_staff = models.BooleanField(_("安装人员"), default=False)
    must_set_password = models.BooleanField(_("登录后要设密码"), default=False)
    date_joined = models.DateTimeField(_("加入时间"), default=timezone.now)
    consented_at = models.DateTimeField(_("同意使用条款的时间"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="user_email_once"
            ),
            models.UniqueConstraint(
                fields=["phone"], condition=~Q(phone=""), name="user_phone_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    @property
    def account(self) -> str:
        """What they sign in with, as they would say it."""
        return self.email or self.phone or self.username

    @property
    def reachable_by_mail(self) -> bool:
        return bool(self.email) and self.email_verified_at is not None


class OneTimeCode(models.Model):
    """A code that the coordinator reads out to somebody without e-mail; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_codes")
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-issued_at"], name="one_time_code_latest")]

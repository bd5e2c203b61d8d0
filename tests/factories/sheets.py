"""Spreadsheets for tests of imports."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from core.permissions import Actor
from marketplace import operations
from marketplace.models import ImportRun

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("标题", "类别", "公开的说明", "街道或社区", "数量", "单位", "每")
GOOD = ("老人午餐配送", "为老服务", "午餐送到家，低盐。", "滨河街道", 30, "份", "每天")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def book(*rows: Sequence[Any], head: Sequence[Any] = HEAD) -> bytes:
    """An .xlsx of a heading and rows."""
    made = Workbook()
    for row in (head, *rows):
        made.worksheets[0].append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "需求.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, SHEET)


def begun(content: bytes, by: Actor, side: str = "need") -> ImportRun:
    """A checked import that waits for confirmation."""
    return operations.begin_import(upload=upload(content), side=side, by=by, at=timezone.now())

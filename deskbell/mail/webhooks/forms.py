"""The body of a webhook, read whole. Django's own limit is for forms of people; a mail in a form may
have many megabytes, and only whoever knows a secret address gets here."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from deskbell.lib.numbers import whole

MOST_FIELDS = 500


class TooLarge(Exception):
    """The body is larger than a mail may be."""


def read_whole(request: HttpRequest, most_bytes: int) -> dict[str, bytes]:
    """Read the body and answer the fields of its form as bytes; `request.POST`, `FILES` and `body` then
    hold the same. Raises TooLarge."""
    declared = whole(request.META.get("CONTENT_LENGTH") or "0", 0, most_bytes)
    if declared is None:
        raise TooLarge
    body = request.read(declared)
    request._body = body
    fields, files = _parts(request, body)
    posted = QueryDict(mutable=True)
    for name, value in fields:
        posted.appendlist(name, value.decode("utf-8", "replace"))
    request._post, request._files = posted, files  # type: ignore[attr-defined]
    return dict(fields)


def _parts(
    request: HttpRequest, body: bytes
) -> tuple[list[tuple[str, bytes]], MultiValueDict[str, SimpleUploadedFile]]:
    files: MultiValueDict[str, SimpleUploadedFile] = MultiValueDict()
    if request.content_type == "application/x-www-form-urlencoded":
        named = QueryDict(body, encoding="latin-1")
        return [(name, str(named[name]).encode("latin-1")) for name in named], files
    if request.content_type != "multipart/form-data":
        return [], files
    head = f"Content-Type: {request.META['CONTENT_TYPE']}\r\n\r\n".encode()
    fields = []
    for part in list(BytesParser(policy=HTTP).parsebytes(head + body).iter_parts())[:MOST_FIELDS]:
        name = str(part.get_param("name", "", header="content-disposition"))
        content = bytes(part.get_payload(decode=True) or b"")
        if (file := part.get_filename()) is None:
            fields.append((name, content))
        else:
            kind = part.get_content_type()
            files.appendlist(name, SimpleUploadedFile(file, content, kind))
    return fields, files

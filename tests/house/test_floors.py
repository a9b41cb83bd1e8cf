"""The floors, where import-linter can't see: foreign keys, templates, packages without a name."""

from __future__ import annotations

import re

from django.apps import apps

from tests.house.rooms import PACKAGE, floors, may_use

BORROWED = re.compile(r"""(?:extends|include|import|from)\s+["']([a-z_]+)/[^"']+\.html["']""")
STATIC = re.compile(r"""static\(\s*["']([a-z_]+)/""")


def test_foreign_keys_point_down() -> None:
    seen, wrong = 0, []
    for model in apps.get_models():
        room = model.__module__.split(".")
        if room[0] != "deskbell":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.related_model
            if not target or field.auto_created or not hasattr(target, "__module__"):
                continue
            other = target.__module__.split(".")
            if other[0] == "deskbell":
                seen += 1
                if not may_use(room[1], other[1]):
                    wrong.append(f"{model.__name__}.{field.name} points up to {other[1]}")
    assert seen > 10
    assert wrong == []


def test_templates_borrow_only_from_below() -> None:
    seen, wrong = 0, []
    for template in sorted(PACKAGE.glob("*/templates/**/*.html")):
        room = template.relative_to(PACKAGE).parts[0]
        text = template.read_text()
        for other in BORROWED.findall(text) + STATIC.findall(text):
            seen += 1
            if other not in floors() or not may_use(room, other):
                wrong.append(f"{template.relative_to(PACKAGE)} borrows from {other}")
    assert seen > 5
    assert wrong == []


def test_templates_and_static_files_carry_the_name_of_their_room() -> None:
    found = [
        entry.relative_to(PACKAGE).parts
        for kind in ("templates", "static")
        for entry in PACKAGE.glob(f"*/{kind}/*")
    ]
    assert len(found) > 3
    assert [parts for parts in found if parts[0] != parts[2]] == []


def test_every_folder_of_code_is_a_package_so_that_the_linter_sees_it() -> None:
    folders = {file.parent for file in PACKAGE.rglob("*.py")}
    assert len(folders) > 20
    assert sorted(str(one) for one in folders if not (one / "__init__.py").exists()) == []


def test_every_room_says_in_one_sentence_what_it_is() -> None:
    rooms = [PACKAGE / room for room in floors()]
    assert len(rooms) > 8
    assert [room.name for room in rooms if not _says_what_it_is(room / "__init__.py")] == []


def _says_what_it_is(init) -> bool:  # type: ignore[no-untyped-def]
    return init.read_text().startswith('"""') and len(init.read_text().splitlines()[0]) > 20

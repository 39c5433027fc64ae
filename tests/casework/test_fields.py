"""Every field of every record and act has its names, and nothing is named that is not there."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.codes import code_table
from desktop.casework.fields import act_fields, choice_label, record_fields
from desktop.errors import RESOURCES
from desktop.models.schema import by_kind


@pytest.mark.parametrize("kind", sorted(by_kind()))
def test_every_field_of_a_record_has_its_names(kind: str) -> None:
    fields = record_fields(kind)
    assert [field.word for field in fields] == list(by_kind()[kind].columns)
    assert all(field.zh and field.en for field in fields)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_field_of_an_act_has_its_names_and_choices(act: str) -> None:
    for field in act_fields(act):
        assert field.label("zh")
        assert field.label("en")
        for choice in field.choices:
            assert choice_label(choice, "zh") != choice
    required = {field.word for field in act_fields(act) if field.required}
    assert required == {item.name for item in msgspec.structs.fields(ACTS[act].input) if item.required}


def test_no_word_is_named_that_no_record_and_no_act_has() -> None:
    data = tomllib.loads((RESOURCES / "fields" / "words.toml").read_text("utf-8"))
    used = {word for kind in by_kind().values() for word in kind.columns}
    used |= {item.name for act in ACTS.values() for item in msgspec.structs.fields(act.input)}
    assert set(data["words"]) == used
    assert set(data["kind"]) <= set(by_kind())
    assert set(data["act"]) <= set(ACTS)


def test_tables_named_by_editors_exist() -> None:
    editors = {field.editor for act in ACTS for field in act_fields(act)}
    editors |= {field.editor for kind in by_kind() for field in record_fields(kind)}
    for editor in editors:
        what, _, name = editor.partition(":")
        if what in ("code", "suggest"):
            assert code_table(name).codes
        elif what in ("record", "records"):
            assert name in by_kind()

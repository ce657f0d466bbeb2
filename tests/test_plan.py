"""The study plan: all of it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import library
from reader.errors import BadTour
from reader.plan import Plan
from reader.planfile import parse


@pytest.fixture(scope="module")
def plan() -> Plan:
    return library.plan()


def test_the_plan_has_all_its_boxes(plan: Plan) -> None:
    """110 items and 19 check list items, in 12 weeks, 34 sections and 5 phases."""
    assert (len(plan.items), len(plan.checks)) == (110, 19)
    assert (len(plan.weeks), len(plan.sections), len(plan.phases)) == (12, 34, 5)


def test_every_item_belongs_to_a_section_and_every_section_to_a_week(plan: Plan) -> None:
    """No item, section or check hangs in the air."""
    assert {item.section for item in plan.items} == {section.id for section in plan.sections}
    assert {section.week for section in plan.sections} == {week.number for week in plan.weeks}
    assert {week.phase for week in plan.weeks} == {phase.number for phase in plan.phases}
    assert {check.phase for check in plan.checks} == {phase.number for phase in plan.phases}


def test_the_plans_three_star_files_are_marked(plan: Plan) -> None:
    """What the plan calls most important keeps its stars."""
    assert {item.path for item in plan.items if item.stars == 3} == {
        "vllm/engine/llm_engine.py",
        "csrc/attention/paged_attention_v1.cu",
    }


def test_every_complaint_about_a_plan_comes_at_once() -> None:
    """A wrong type, an unknown key and a duplicate id in one file are three complaints."""
    text = (
        'format = 1\ntitle = "t"\nhome = "0.13.0"\nplot = 1\n'
        '[[item]]\nid = "w1.1.1"\nkind = "read"\ntext = 3\n'
        '[[check]]\nid = "p1.1"\ntext = "a"\n[[check]]\nid = "p1.1"\ntext = "b"\n'
    )
    with pytest.raises(BadTour) as caught:
        parse(Path("plan.toml"), text.encode())
    assert len(caught.value.complaints) == 3


def test_every_check_is_prepared_by_items_of_its_phase(plan: Plan) -> None:
    """No line of a check list is left without items, and none takes them from another phase."""
    phase_of = {week.number: week.phase for week in plan.weeks}
    by_id = {item.id: item for item in plan.items}
    for check in plan.checks:
        assert check.items and len(set(check.items)) == len(check.items)
        assert {phase_of[by_id[one].week] for one in check.items} == {check.phase}


def test_a_check_that_names_no_item_is_a_complaint() -> None:
    """With the check, the key and the id that comes near."""
    text = (
        'format = 1\ntitle = "t"\nhome = "0.13.0"\n'
        '[[item]]\nid = "w1.1.1"\nkind = "read"\ntext = "a"\n'
        '[[check]]\nid = "p1.1"\ntext = "a"\nitems = ["w1.1.1", "w1.1.7"]\n'
    )
    with pytest.raises(BadTour) as caught:
        parse(Path("plan.toml"), text.encode())
    assert caught.value.complaints == ("check p1.1: items: 'w1.1.7' is no item of the plan; did you mean w1.1.1?",)

"""What must always be true of yearly plans, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "plan_place_is_unit_path",
        "计划的位置等于单位的路径，批准的位置是它的上一级，没有上一级的是它自己",
        "SELECT p.id FROM planning_plan p JOIN directory_unit u ON u.id = p.unit_id "
        "LEFT JOIN directory_unit a ON a.id = u.parent_id "
        "WHERE p.place <> u.path OR p.above_place <> coalesce(a.path, u.path)",
    ),
    Invariant(
        "plan_approved_by_another",
        "批准或退回计划的不是报送的人",
        "SELECT id FROM planning_plan WHERE status IN ('approved', 'declined') AND decided_by_id = handed_in_by_id",
    ),
    Invariant(
        "plan_approved_has_lines",
        "批准过的计划至少有一项",
        "SELECT p.id FROM planning_plan p LEFT JOIN planning_planline l ON l.plan_id = p.id "
        "WHERE p.status IN ('approved', 'waiting') GROUP BY p.id HAVING count(l.id) = 0",
    ),
    Invariant(
        "plan_lines_dropped_say_why",
        "取消的一项有一条写明原因的记录，计划是批准过的",
        "SELECT l.id FROM planning_planline l JOIN planning_plan p ON p.id = l.plan_id WHERE l.dropped_at IS NOT NULL "
        "AND (p.status <> 'approved' OR NOT EXISTS (SELECT FROM planning_planchange c "
        "WHERE c.line_id = l.id AND c.kind = 'dropped'))",
    ),
    Invariant(
        "plan_changes_are_of_their_plan",
        "调整记录和它的一项属于同一份批准过的计划",
        "SELECT c.id FROM planning_planchange c JOIN planning_planline l ON l.id = c.line_id "
        "JOIN planning_plan p ON p.id = c.plan_id WHERE l.plan_id <> c.plan_id OR p.status <> 'approved'",
    ),
    Invariant(
        "plan_class_is_of_the_plan",
        "对上计划的班是本单位办的，党校的也可以是下级办的，学院的也可以是上级放在学院办的；"
        "年度就是计划的年度，计划已经批准，这一项没有取消",
        "SELECT k.id FROM planning_classlink k JOIN planning_planline l ON l.id = k.line_id "
        "JOIN planning_plan p ON p.id = l.plan_id JOIN classes_trainingclass c ON c.id = k.training_class_id "
        "LEFT JOIN bases_base b ON b.id = p.base_id "
        "WHERE k.unlinked_at IS NULL AND (k.year <> p.year OR p.status <> 'approved' "
        "OR CASE WHEN b.id IS NULL THEN c.unit_id <> p.unit_id "
        "WHEN c.place = p.above_place THEN b.kind <> 'academy' OR c.base_id IS DISTINCT FROM b.id "
        "ELSE NOT starts_with(c.place, p.place) END OR (l.dropped_at IS NOT NULL AND c.status <> 'cancelled'))",
    ),
)


def invariants() -> tuple[Invariant, ...]:
    """Plans stand under the office that approves them, and classes under a plan they belong to."""
    return STATED

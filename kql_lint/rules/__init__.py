"""The rules: one module each, all of them in one tuple."""

from __future__ import annotations

from kql_lint.rules import (
    action_type_case,
    action_type_of_other_table,
    aggregate_outside_summarize,
    alias_column,
    argument_count,
    argument_type,
    bad_literal,
    column_of_other_platform,
    confusable_character,
    dynamic_compared,
    field_not_in_action_type,
    field_not_listed,
    isnull_on_string,
    join_key_missing,
    let_shadows_table,
    no_action_type_left,
    no_query_found,
    operator_type_mismatch,
    pattern_matches_no_action_type,
    renamed_name,
    several_queries,
    string_used_as_column,
    syntax_error,
    unknown_action_type,
    unknown_column,
    unknown_function,
    unknown_table,
    unreadable_file,
    unused_let,
    watchlist_column,
)
from kql_lint.rules.metadata import (
    alert_override_placeholder,
    custom_details_column,
    detection_output_columns,
    duplicate_rule_id,
    entity_mapping_column,
    lookback_past_query_period,
    nrt_not_supported,
    query_schedule,
    service_limit,
)
from kql_lint.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    syntax_error.RULE,
    confusable_character.RULE,
    bad_literal.RULE,
    no_query_found.RULE,
    unreadable_file.RULE,
    several_queries.RULE,
    unknown_action_type.RULE,
    action_type_of_other_table.RULE,
    action_type_case.RULE,
    field_not_in_action_type.RULE,
    field_not_listed.RULE,
    renamed_name.RULE,
    no_action_type_left.RULE,
    pattern_matches_no_action_type.RULE,
    unknown_column.RULE,
    unknown_table.RULE,
    unknown_function.RULE,
    column_of_other_platform.RULE,
    string_used_as_column.RULE,
    watchlist_column.RULE,
    join_key_missing.RULE,
    alias_column.RULE,
    unused_let.RULE,
    let_shadows_table.RULE,
    operator_type_mismatch.RULE,
    argument_type.RULE,
    argument_count.RULE,
    aggregate_outside_summarize.RULE,
    isnull_on_string.RULE,
    dynamic_compared.RULE,
    entity_mapping_column.RULE,
    custom_details_column.RULE,
    alert_override_placeholder.RULE,
    lookback_past_query_period.RULE,
    query_schedule.RULE,
    service_limit.RULE,
    detection_output_columns.RULE,
    duplicate_rule_id.RULE,
    nrt_not_supported.RULE,
)
"""Every rule, in the order of the codes."""


def find(text: str) -> Rule | None:
    """The rule with this code or name, in whatever case; None where there is none."""
    wanted = text.strip().casefold()
    return next((rule for rule in RULES if wanted in (rule.code.casefold(), rule.name)), None)

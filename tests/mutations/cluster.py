# SPDX-License-Identifier: Apache-2.0
"""Backups and restores of a whole server."""
from . import broken

broken("sched/tokens.c", "a large wish is put off for ever", "(tokens->first != &waiter || tokens->left < k)",
       "tokens->left < k", "tokens::test_first_come_first_served")
broken("sched/tokens.c", "more tokens are out than there are", "(tokens->first != &waiter || tokens->left < k)",
       "tokens->first != &waiter", "tokens::test_never_more_than_there_are")
broken("sched/tokens.c", "who waits for tokens hears no cancel", "while ((ok = cancel_check(cancel, err)) &&",
       "while ((ok = cancel_check(NULL, err)) &&", "tokens::test_a_cancel_wakes_who_waits")
broken("sched/tokens.c", "who left stands in the way", "*place = waiter->next;", "if (tokens->left == 0) *place = waiter->next;",
       "tokens::test_a_cancel_wakes_who_waits")
broken("sched/tokens.c", "a small database gets no token", "if (share < 1) {", "if (share < 0) {", "tokens::test_shares")
broken("sched/cancel.c", "a part of the work doesn't hear that all is to stop", "cancel->parent = parent;", "",
       "tokens::test_a_child_hears_its_parent_only")

broken("app/cluster_events.c", "the phases of databases start the count anew", "    case EVENT_PHASE:\n        break;",
       "    case EVENT_PHASE:\n        tell_text(part, event);\n        break;", "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "what was done before a database began again is forgotten",
       "part->total_bytes = part->bytes + event->bytes;", "part->total_bytes = event->bytes;",
       "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "the guess stays when a database has ended", "part->total_bytes = part->bytes;", "",
       "cluster_events::test_totals_follow_what_is_known")
broken("app/cluster_events.c", "what to do next isn't said of a failed database", "bool hint = err->hint[0] != '\\0';",
       "bool hint = false;", "cluster_events::test_texts_name_their_database")

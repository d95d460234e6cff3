/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tools/pg_arguments.h"

static void leave_out(Arguments *arguments, unsigned parts)
{
    static const struct {
        TextKind part;
        const char *name;
    } switches[] = {
        {TEXT_OWNER, "--no-owner"},
        {TEXT_PRIVILEGE, "--no-privileges"},
        {TEXT_COMMENT, "--no-comments"},
        {TEXT_LABEL, "--no-security-labels"},
        {TEXT_TABLESPACE, "--no-tablespaces"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(switches); i++) {
        arguments_flag(arguments, (parts & TEXT_BIT(switches[i].part)) != 0, switches[i].name);
    }
}

void pg_arguments_select(Arguments *arguments, const Selection *selection)
{
    arguments_flag(arguments, selection->schema_only, "--schema-only");
    arguments_flag(arguments, selection->data_only, "--data-only");
    for (int section = SECTION_PRE_DATA; section <= SECTION_POST_DATA; section++) {
        if ((selection->sections & (1U << section)) != 0) {
            arguments_format(arguments, "--section=%s", section_name((Section)section));
        }
    }
    leave_out(arguments, selection->leave_out);
    arguments_flag(arguments, selection->no_publications, "--no-publications");
    arguments_flag(arguments, selection->no_subscriptions, "--no-subscriptions");
}

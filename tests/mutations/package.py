# SPDX-License-Identifier: Apache-2.0
"""The man page and completions."""
from . import broken

broken("cli/reference/forms.c", "what is typed on the way to a command has no options", "!is_among(out, n, spec->name) && n < MOST_FORMS",
       "n > MOST_FORMS", "test_reference.py::test_bash", "test_reference.py::test_fish", "test_reference.py::test_zsh")
broken("cli/reference/forms.c", "no word but the first is offered", "rest[len] != ' '", "rest[len] != '\\0'",
       "test_reference.py::test_bash", "test_reference.py::test_fish", "test_reference.py::test_zsh")
broken("cli/reference/bash.c", "an option is taken for the command", '"        -*) ;;\\n"', '""', "test_reference.py::test_bash")
broken("cli/reference/fish.c", "an option's value is taken for the command", "set skip 1", "set skip 2", "test_reference.py::test_fish")
broken("cli/reference/zsh.c", "an option's value is taken for the command", ") ((i++)) ;;", ") ;;", "test_reference.py::test_zsh")
broken("cli/reference/bash.c", "each command is offered every option", "option_is_of(option, commands) &&", "option_is_of(option, COMMAND_ALL) &&",
       "test_reference.py::test_every_option_is_offered_where_help_names_it")
broken("cli/reference/man.c", "an example's quotes can't be typed", '"\\\\(aq"', '"\\\\(cq"', "test_reference.py::test_man_page")

# SPDX-License-Identifier: Apache-2.0
"""The man page and what shells complete: made from the tables that also make --help, and held against it."""
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import DBBACKUP, TIMEOUT

REFERENCE = pathlib.Path(DBBACKUP).resolve().parent / "reference"
# A line of typed words, of which the last isn't complete; and what must be, and what must not be offered.
OFFERS = [
    ("", {"backup", "restore", "verify", "help"}, {"single", "--jobs"}),
    ("backup ", {"single", "cluster", "globals"}, {"backup"}),
    ("backup single shop ", set(), {"single", "cluster", "backup"}),
    ("backup single shop --backup-", {"--backup-dir"}, {"--jobs"}),
    ("backup single -j 4 --no-ro", set(), {"--no-role-passwords"}),
    ("backup -j 4 globals --no-ro", {"--no-role-passwords"}, {"--no-owner"}),
    ("backup -q globals --no-ro", {"--no-role-passwords"}, {"--no-owner"}),
    ("list --", {"--json", "--backup-dir"}, {"--jobs", "--confirm"}),
    ("backup single shop --format ", {"sql", "custom", "directory"}, {"single"}),
    ("backup single shop -F ", {"sql", "custom", "directory"}, {"single"}),
    ("restore --section post", {"post-data"}, {"pre-data"}),
    ("help ", {"restore", "verify"}, {"single"}),
    ("restore ", {"cluster", "single", "a.sql.gz", "folder"}, {"backup"}),
    ("verify a", {"a.sql.gz"}, {"folder"}),
    ("list ", {"folder"}, {"a.sql.gz"}),
    ("verify --config a", {"a.sql.gz"}, set()),
    ("backup single shop --backup-dir ", {"folder"}, {"a.sql.gz"}),
]


def need(program):
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}")
    return program


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.sql.gz").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(*args, **kwargs):
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=TIMEOUT, **kwargs)
    assert done.returncode == 0 and done.stderr == "", (args[:2], done.stderr[-2000:])
    return done.stdout


def check(complete):
    wrong = [(line, sorted(offered)) for line, there, absent in OFFERS
             if not there <= (offered := complete(line)) or offered & absent]
    assert wrong == []


def test_bash(folder):
    """Every offer in one bash. COMP_WORDS is split as readline does it, at the equals sign, too."""
    lines = [line for line, _, _ in OFFERS] + ["backup single shop --format=cu", "backup single shop --format="]
    script = [f"source '{REFERENCE / 'dbbackup.bash'}'"]
    for line in lines:
        words = re.findall(r"[^\s=]+|=", "dbbackup " + line)
        words += [""] if line == "" or line.endswith(" ") else []
        script.append("COMP_WORDS=(%s); COMP_CWORD=%d; _dbbackup; printf '%%s\\n' \"${COMPREPLY[@]}\"; echo ----"
                      % (" ".join(f"'{word}'" for word in words), len(words) - 1))
    answers = run("bash", "--norc", "-c", "\n".join(script), cwd=folder).split("----\n")
    offered = {line: set(answer.split()) for line, answer in zip(lines, answers)}
    check(offered.__getitem__)
    assert offered["backup single shop --format=cu"] == {"custom"}
    assert offered["backup single shop --format="] >= {"custom", "sql"}


def test_fish(folder):
    fish = need("fish")
    ask = "\n".join(f"complete -C 'dbbackup {line}'; echo ----" for line, _, _ in OFFERS)
    answers = run(fish, "--no-config", "-c", f"source '{REFERENCE / 'dbbackup.fish'}'\n{ask}", cwd=folder,
                  env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}).split("----\n")
    offered = {line: {offer.split("\t")[0].rstrip("/") for offer in answer.split("\n")}
               for (line, _, _), answer in zip(OFFERS, answers)}
    check(offered.__getitem__)


def test_zsh(folder):
    """What it hands to zsh's own functions, which need a terminal: these find options' values and what begins alike."""
    zsh = need("zsh")
    run(zsh, "-n", REFERENCE / "_dbbackup")
    script = ["_arguments() { shift 2; print -rl -- ${@%%\\[*}; _dbbackup_operand }",
              "_describe() { print -rl -- ${dbbackup_next%%:*} }",
              "_files() { if [[ $1 == -/ ]] { print -rl *(/) } else { print -rl * } }"]
    asked = [(line, there, absent) for line, there, absent in OFFERS if not re.search(r"(-F|--[a-z-]+) [a-z]*$", line)]
    for line, _, _ in asked:
        words = ["dbbackup", *line.split(), *([""] if line == "" or line.endswith(" ") else [])]
        script.append("words=(%s); CURRENT=%d; source %s; echo ----"
                      % (" ".join(f"'{word}'" for word in words), len(words), REFERENCE / "_dbbackup"))
    answers = run(zsh, "-f", "-c", "\n".join(script), cwd=folder).split("----\n")
    for (line, there, absent), answer in zip(asked, answers):
        offered = {name.lstrip("*").rstrip("=+") for name in answer.split("\n")}
        typed = line.split(" ")[-1]
        assert there <= offered, line
        assert not {name for name in absent if name.startswith(typed)} & offered, line


def test_every_option_is_offered_where_help_names_it():
    bash = (REFERENCE / "dbbackup.bash").read_text()
    forms = dict(re.findall(r'^    "([a-z ]+)" \| .*\n        options=\'(.*)\'$', bash, re.M))
    assert len(forms) >= 12
    for form, offered in forms.items():
        shown = run(DBBACKUP, "help", *form.split())
        assert set(offered.split()) == set(re.findall(r"^  (?:-.,|   ) (--[a-z-]+)", shown, re.M)), form


def test_man_page():
    page = REFERENCE / "dbbackup.1"
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], stdout=subprocess.PIPE, text=True, timeout=TIMEOUT)
        # It bears no date, so that each build of a version makes the same.
        assert [line for line in lint.stdout.splitlines() if "missing date" not in line] == []
    text = run(need("man"), "--warnings", "--local-file", page, env={"MANWIDTH": "100", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    for command in re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", run(DBBACKUP, "--help"), re.M):
        assert f"dbbackup {command}" in text
    for name in re.findall(r"--[a-z-]+", run(DBBACKUP, "help", "restore")):
        assert name in text
    assert "-o - | ssh nas 'cat > shop.sql.gz'" in text  # as it is to be typed

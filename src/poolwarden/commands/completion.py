"""``poolwarden completion``: the commands and options, as a shell completes them."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

_MORE = """
bash, in ~/.bashrc:
  source <(poolwarden completion bash)

zsh, in ~/.zshrc behind compinit:
  source <(poolwarden completion zsh)

fish:
  poolwarden completion fish > ~/.config/fish/completions/poolwarden.fish
"""


class Option(NamedTuple):
    """
    An option.

    Attributes:
        names: All that it is called.
        help: What it does.
        takes: Whether a value follows.
        choices: What the value may be; nothing where that is open.
    """

    names: tuple[str, ...]
    help: str
    takes: bool
    choices: tuple[str, ...]


class Level(NamedTuple):
    """
    A command, or the program itself.

    Attributes:
        path: The commands that lead to it.
        below: The commands below it, and what they do.
        options: What it takes.
    """

    path: tuple[str, ...]
    below: Mapping[str, str]
    options: tuple[Option, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("shell", choices=tuple(SHELLS), help="whose completion to write to standard output")


def run(options: argparse.Namespace) -> int:
    """
    Write the shell's script.

    Returns:
        0.
    """
    from poolwarden.cli import COMMANDS, parser_for  # noqa: PLC0415 (which imports this)

    levels = tuple(_levels(parser_for([command.name for command in COMMANDS]), ()))
    sys.stdout.write("".join(f"{line}\n" for line in SHELLS[options.shell](levels)))
    return 0


def _levels(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Iterator[Level]:
    """Yield a parser and all below it; argparse has no public way to ask."""
    found, below, inner = [], {}, {}
    for action in parser._actions:  # noqa: SLF001 (as said)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            below = {one.dest: one.help or "" for one in action._choices_actions}  # noqa: SLF001
            inner = action.choices
        elif action.option_strings:
            choices = tuple(str(choice) for choice in action.choices or ())
            words = "" if action.help in (None, argparse.SUPPRESS) else str(action.help)
            found.append(Option(tuple(action.option_strings), words, action.nargs != 0, choices))
        elif action.choices:
            below = {str(choice): action.help or "" for choice in action.choices}
    yield Level(path, below, tuple(found))
    for name, one in inner.items():
        yield from _levels(one, (*path, name))


def _bash(levels: tuple[Level, ...]) -> Iterator[str]:
    yield "_poolwarden() {"
    yield "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= words= word"
    yield "  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}; [[ $current == = ]] && current="
    yield '  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do'
    yield f"    case $path/$word in {'|'.join(_at(level) for level in levels if level.path)}) path+=/$word;; esac"
    yield "  done"
    yield "  case $path:$before in"
    for level in levels:
        for option in level.options:
            if option.choices:
                names = "|".join(f"{_at(level)}:{name}" for name in option.names)
                yield f"    {names}) words='{' '.join(option.choices)}';;"
    yield "    *) case $path in"
    for level in levels:
        words = " ".join([*level.below, *(name for option in level.options for name in option.names)])
        # Where no command follows, files are what is completed first.
        shown = f"words='{words}'" if level.below else f"[[ $current == -* ]] && words='{words}'"
        yield f"      {_at(level) or repr('')}) {shown};;"
    yield "    esac;;"
    yield "  esac"
    yield '  COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield "complete -o default -F _poolwarden poolwarden"


def _zsh(levels: tuple[Level, ...]) -> Iterator[str]:
    yield "autoload -Uz bashcompinit && bashcompinit"
    yield from _bash(levels)


def _fish(levels: tuple[Level, ...]) -> Iterator[str]:
    for level in levels:
        seen = [f"__fish_seen_subcommand_from {name}" for name in level.path]
        here = [*seen, f"not __fish_seen_subcommand_from {' '.join(level.below)}"] if level.below else seen
        for name, words in level.below.items():
            yield f"complete -c poolwarden -f -n {_quoted('; and '.join(here))} -a {name} -d {_quoted(words)}"
        for option in level.options:
            names = " ".join(f"-l {name[2:]}" if name[:2] == "--" else f"-s {name[1:]}" for name in option.names)
            value = f" -x -a {_quoted(' '.join(option.choices))}" if option.choices else " -r" * option.takes
            told = f"-n {_quoted('; and '.join(here))} {names}{value} -d {_quoted(option.help)}"
            yield f"complete -c poolwarden {told}"


def _at(level: Level) -> str:
    return "".join(f"/{name}" for name in level.path)


def _quoted(text: str) -> str:
    """Return a text in single quotes, in which fish knows a backslash."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("%%", "%") + "'"


SHELLS: Mapping[str, Callable[[tuple[Level, ...]], Iterator[str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""What writes each shell's script."""

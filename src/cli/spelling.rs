//! Flags as `ZenML` spells them, with `_` for `-` (layer 4).

use clap::{Arg, Command};

/// `command` with that spelling of each of its long flags and those of its verbs; neither help nor completion show it.
pub(super) fn with_underscores(command: Command) -> Command {
    command.mut_args(flag).mut_subcommands(with_underscores)
}

fn flag(argument: Arg) -> Arg {
    let aliases = argument.get_all_aliases().unwrap_or_default();
    let names: Vec<_> = argument.get_long().into_iter().chain(aliases).map(ToOwned::to_owned).collect();
    let spelled = names.iter().filter(|name| name.contains('-')).map(|name| name.replace('-', "_"));
    let new: Vec<_> = spelled.filter(|name| !names.contains(name)).collect();
    argument.aliases(new)
}

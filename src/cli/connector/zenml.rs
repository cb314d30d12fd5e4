//! Short flags that mean something else here than in `ZenML`, or nothing: each is refused with its long name (layer 4).

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

/// `ZenML`'s short flags of `register`, and how they are written here.
const SHORT: [(char, &str); 5] = [
    ('t', "--type TYPE"),
    ('r', "--resource-type TYPE, or --resource-id NAME"),
    ('a', "--auth-method METHOD"),
    ('l', "--label KEY=VALUE"),
    ('x', "--show-secrets"),
];

/// Refuses them.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShortFlags;

impl Args for ShortFlags {
    fn augment_args(command: Command) -> Command {
        SHORT.iter().map(|(short, long)| refused(*short, long)).fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ShortFlags {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
}

fn refused(short: char, long: &'static str) -> Arg {
    let error = move |_: &str| Err::<String, _>(format!("here it is written {long}"));
    Arg::new(format!("zenml -{short}"))
        .short(short)
        .hide(true)
        .num_args(0..=1)
        .default_missing_value("")
        .allow_hyphen_values(true)
        .value_parser(error)
}

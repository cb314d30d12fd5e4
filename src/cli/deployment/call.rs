//! `deployment invoke|port-forward` (layer 4).

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use futures_util::AsyncReadExt;

use super::{PlaceFlags, input, reach};
use crate::cli::secret_source::SecretSource;
use crate::cluster::proxy::Answer;
use crate::error::{Context, Error, Kind, Result};
use crate::ops::deployment::find::find;
use crate::ops::deployment::{invoke, port_forward};
use crate::stack::Kind::Deployer;
use crate::ui;

/// The largest body that is sent, in bytes: it is held in memory.
const LARGEST_BODY: u64 = 256 * 1024 * 1024;

/// What to send where.
#[derive(Args, Debug)]
pub(in crate::cli) struct InvokeArgs {
    /// The deployment's name or id
    name: String,
    /// Send this file's content as it is; - is standard input
    #[arg(value_name = "@FILE", conflicts_with_all = ["json", "parameters"])]
    body: Option<String>,
    /// Send this JSON as it is
    #[arg(long, value_name = "JSON", conflicts_with = "parameters")]
    json: Option<String>,
    /// Send {"parameters": {NAME: VALUE}} (can be repeated)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Print the answer's status and headers too
    #[arg(short, long)]
    include: bool,
    /// Call the published URL, not through the API server
    #[arg(long)]
    direct: bool,
    /// Send the key in this file instead of the deployment's own; - is standard input, and nothing asks
    #[arg(long, value_name = "@FILE", num_args = 0..=1, default_missing_value = "")]
    auth_key: Option<SecretSource>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which port of which deployment.
#[derive(Args, Debug)]
pub(in crate::cli) struct PortForwardArgs {
    /// The deployment's name or id
    name: String,
    /// The port here, and behind a colon the pod's [default: the service's port for both]
    #[arg(value_name = "[LOCAL:]REMOTE", value_parser = ports)]
    ports: Option<(u16, u16)>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// `8080:8000`, `:8000` for any port here, or `8000` for both.
fn ports(text: &str) -> Result<(u16, u16), String> {
    let number = |text: &str| text.parse::<u16>().map_err(|_| "write [LOCAL:]REMOTE, as in 8080:8000".to_owned());
    match text.split_once(':') {
        Some(("", remote)) => Ok((0, number(remote)?)),
        Some((local, remote)) => Ok((number(local)?, number(remote)?)),
        None => number(text).map(|port| (port, port)),
    }
}

pub(super) async fn invoke(args: InvokeArgs) -> Result<ExitCode> {
    let body = match (&args.body, &args.json) {
        (Some(source), _) => content(source)?,
        (None, Some(json)) => json_body(json)?,
        (None, None) => invoke::parameters(&args.parameters)?,
    };
    let auth_key = args.auth_key.as_ref().map(|source| source.read("--auth-key", "the auth key")).transpose()?;
    let (cluster, place) = reach(args.place, Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let request = invoke::Request { body, auth_key, direct: args.direct };
    let mut answer = invoke::invoke(&cluster, &deployment, request).await?;
    let succeeded = answer.status.is_success() || answer.status.is_redirection();
    if args.include {
        ui::print(&head(&answer))?;
    } else if !succeeded {
        ui::say(&format!("HTTP {}", answer.status));
    }
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match answer.body.read(&mut buffer).await.context(|| "the answer was cut")? {
            0 => break,
            read => ui::print_bytes(&buffer[..read])?,
        }
    }
    Ok(ExitCode::from(u8::from(!succeeded)))
}

/// The text as it is, which must be JSON: whoever writes `--json @file` means the file.
fn json_body(text: &str) -> Result<Vec<u8>> {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let hint = match text.strip_prefix('@') {
            Some(_) => format!("to send a file, leave --json away: `deployment invoke NAME {text}`"),
            None => "write it as in --json '{\"parameters\": {\"name\": \"Ada\"}}'".to_owned(),
        };
        return Err(Error::usage(format!("what --json says is no JSON: {error}")).hint(hint));
    }
    Ok(text.as_bytes().to_vec())
}

/// A request body from `@file` or standard input.
fn content(source: &str) -> Result<Vec<u8>> {
    if source == "-" {
        return input::bytes(Path::new(source), LARGEST_BODY);
    }
    let Some(path) = source.strip_prefix('@') else {
        return Err(Error::usage(format!("\"{source}\" is neither @FILE nor -")).hint("a text is given with --json"));
    };
    input::bytes(Path::new(path), LARGEST_BODY)
}

/// Status and headers as HTTP/1.1 writes them.
fn head(answer: &Answer) -> String {
    let mut text = format!("HTTP/1.1 {}\n", answer.status);
    for (name, value) in &answer.headers {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    text.push('\n');
    text
}

pub(super) async fn port_forward(args: PortForwardArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let port = port_forward::port(&deployment);
    let (local, remote) = args.ports.unwrap_or((port, port));
    let mut report = |event: port_forward::Event<'_>| match event {
        // Whoever started this waits for the line; nothing can be done where nobody reads it.
        port_forward::Event::Open(here, remote) => {
            let _ = ui::print(&format!("Forwarding from {here} -> {remote}\n"));
        }
        port_forward::Event::Failed(error) => ui::say(error.render().trim_end()),
    };
    tokio::select! {
        ended = port_forward::forward(&cluster, &deployment, local, remote, &mut report) => ended,
        _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_kubectls() {
        assert_eq!(ports("8080:8000"), Ok((8080, 8000)));
        assert_eq!((ports(":8000"), ports("8000")), (Ok((0, 8000)), Ok((8000, 8000))));
        assert!(ports("http").is_err() && ports("1:2:3").is_err() && ports("70000").is_err());
    }
}

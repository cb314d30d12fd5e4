//! What is allowed in a file and yet hardly meant (layer 1, pure).

/// Words in the names of variables whose values should not stand in clear.
const WORDS: [&str; 9] = ["KEY", "APIKEY", "PASS", "PWD", "PW", "PAT", "CREDENTIAL", "CREDENTIALS", "SECRETS"];
/// Ends of such words: `DBPASSWORD`, `githubtoken`. Tokens in the plural are what a model counts.
const ENDS: [&str; 5] = ["TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET"];

/// Those of `names`, variables in clear, which say that their values are secret.
pub fn suspicious<'n>(names: impl IntoIterator<Item = &'n String>) -> impl Iterator<Item = &'n str> {
    names.into_iter().map(String::as_str).filter(|name| gives_away(name))
}

fn gives_away(name: &str) -> bool {
    let name = apart(name).to_uppercase();
    let is_secret = |word: &str| WORDS.contains(&word) || ENDS.iter().any(|end| word.ends_with(end));
    name.split(['_', '-', '.']).any(is_secret)
}

/// `openaiKey` as `openai_Key`.
fn apart(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && text.ends_with(char::is_lowercase) {
            text.push('_');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_name_gives_it_away() {
        let secret = [
            "API_TOKEN",
            "db-password",
            "aws.secret",
            "KEY",
            "DB_PASS",
            "GITHUB_PAT",
            "MyToken",
            "openaiKey",
            "DBPASSWORD",
            "DB_SECRETS",
            "apikey",
        ];
        let plain =
            ["PATH", "BYPASS", "MONKEY", "TOKENIZER", "tokenizers", "LOG_LEVEL", "KEYBOARD", "MAX_TOKENS", "PWA"];
        let names = [&secret[..], &plain].concat().iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(suspicious(&names).collect::<Vec<_>>(), secret);
    }
}

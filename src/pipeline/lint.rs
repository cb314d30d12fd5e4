//! What is allowed in a file and yet hardly meant (layer 1, pure).

/// Words in the names of variables whose values should not stand in clear.
const WORDS: [&str; 13] = [
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PWD",
    "PW",
    "PASSPHRASE",
    "SECRET",
    "KEY",
    "APIKEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "PAT",
];

/// Those of `names`, variables in clear, which say that their values are secret.
pub fn suspicious<'n>(names: impl IntoIterator<Item = &'n String>) -> impl Iterator<Item = &'n str> {
    let is_suspicious = |name: &str| name.to_uppercase().split(['_', '-', '.']).any(|word| WORDS.contains(&word));
    names.into_iter().map(String::as_str).filter(move |name| is_suspicious(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_name_gives_it_away() {
        let names = [
            "API_TOKEN",
            "db-password",
            "aws.secret",
            "KEY",
            "DB_PASS",
            "GITHUB_PAT",
            "PATH",
            "BYPASS",
            "MONKEY",
            "TOKENIZER",
            "LOG_LEVEL",
        ];
        let names = names.map(str::to_owned);
        assert!(suspicious(&names).eq(["API_TOKEN", "db-password", "aws.secret", "KEY", "DB_PASS", "GITHUB_PAT"]));
    }
}

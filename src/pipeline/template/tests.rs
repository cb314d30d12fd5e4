//! Tests of parsing and rendering templates.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pipeline::parameters::ParameterType;

fn declared() -> Vec<Parameter> {
    let parameter = |name: &str| Parameter { name: name.into(), kind: ParameterType::String, default: None };
    ["dataset", "epochs", "regions"].map(parameter).to_vec()
}

fn whole(text: &str, scope: Scope<'_>) -> Result<Template, String> {
    let (template, mistakes) = Template::parse(text, scope);
    if mistakes.is_empty() { Ok(template) } else { Err(mistakes.join("\n")) }
}

fn render(text: &str) -> Result<String, String> {
    let parameters = declared();
    let template = whole(text, Scope { parameters: &parameters, run: true, step: None })?;
    let values = [("dataset", json!("s3://a b")), ("epochs", json!(5)), ("regions", json!(["eu", "us"]))];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    let run = RunIdentity { id: "0b1f".into(), name: "nightly".into(), namespace: "ml".into() };
    template.render(Context { parameters: &values, run: Some(&run) }).map_err(|error| error.to_string())
}

#[test]
fn references_are_replaced_in_place() {
    for (text, expected) in [
        ("", ""),
        ("plain } }} {", "plain } }} {"),
        ("--source={{ parameters.dataset }}", "--source=s3://a b"),
        ("{{parameters.epochs}}/{{run.id}}/{{  run.name }}", "5/0b1f/nightly"),
        ("{{ parameters.regions }}", "[\"eu\",\"us\"]"),
        ("{{ \"{{\" }}.Names}}", "{{.Names}}"),
        ("{{ \"{{\" }} run.id }}{{ run.id }}", "{{ run.id }}0b1f"),
    ] {
        assert_eq!(render(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn anything_else_inside_braces_is_an_error() {
    for (text, expected) in [
        ("{{ parameters.epoch }}", "there is no parameter \"epoch\": did you mean \"epochs\"?"),
        ("{{ parameters. }}", "there is no parameter \"\""),
        ("{{ steps.a.output.rows }}", "`{{ steps.a.output.rows }}` works inside of a step only"),
        ("{{ item }}", "works inside of a step only"),
        ("{{ index }}", "works inside of a step only"),
        ("{{ run.date }}", "`{{ run.date }}` refers to nothing"),
        ("{{ items }}", "refers to nothing"),
        ("{{}}", "refers to nothing"),
        ("{{ run.id | upper }}", "refers to nothing"),
        ("{{ run.id", "`{{` without `}}`"),
    ] {
        let error = render(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn services_have_no_run() {
    let scope = Scope { parameters: &declared(), run: false, step: None };
    assert!(whole("{{ run.id }}", scope).is_err());
    assert!(whole("{{ item }}", scope).unwrap_err().contains("refers to nothing"));
    assert!(whole("{{ parameters.epochs }}", scope).is_ok());
}

fn in_step(text: &str) -> Result<Late, String> {
    let names = [("a.b", false), ("each", true), ("self", true), ("load data", false)];
    let steps = Steps::new(names);
    let parameters = declared();
    let step = Some(InStep { steps: &steps, name: "self", item: true });
    let values = [("epochs".to_owned(), json!(5))].into();
    let template = whole(text, Scope { parameters: &parameters, run: true, step })?;
    template.resolve(Context { parameters: &values, run: None }).map_err(|error| error.to_string())
}

#[test]
fn what_a_run_brings_stays_in_place() {
    for text in [
        "--rows={{ steps.a.b.output.rows }}",
        "{{ steps.a.b.output }}{{ steps.load data.output }}",
        "{{ steps.each.outputs }}, {{ item }}",
        "{{ item.key }}{{ index }}",
    ] {
        assert_eq!(in_step(text).unwrap().display(), text);
    }
    assert_eq!(in_step("{{ parameters.epochs }} of {{ \"{{\" }}"), Ok(Late::Text("5 of {{".into())));
    assert_eq!(in_step("{{ parameters.epochs }}{{index}}").unwrap().display(), "5{{ index }}");
}

#[test]
fn references_to_steps_are_checked() {
    for (text, expected) in [
        ("{{ steps.eech.outputs }}", "there is no step \"eech\": did you mean \"each\"?"),
        ("{{ steps.self.outputs }}", "a step cannot read its own output"),
        ("{{ steps.each.output }}", "has foreach and a list of outputs: write `{{ steps.each.outputs }}`"),
        ("{{ steps.a.b.outputs }}", "has no foreach and one output: write `{{ steps.a.b.output }}`"),
        ("{{ steps.each.outputs.key }}", "outputs is a list and has no keys"),
        ("{{ steps.a.b.output.x.y }}", "a key has letters, digits, `_` and `-`"),
        ("{{ steps.a.b.output. }}", "a key has letters"),
        ("{{ steps.a.b }}", "write steps.<name>.output"),
        ("{{ steps }}", "write steps.<name>.output"),
        ("{{ item[0] }}", "a key has letters"),
        ("{{ index.x }}", "a key has letters"),
        ("{{ x }}", "there are parameters.<name>, run.id, run.name, steps.<name>.output, item, index;"),
        ("{{ items }}", "did you mean `{{ item }}`?"),
        ("{{ run.nam }}", "did you mean `{{ run.name }}`?"),
        ("{{ epochs }}", "did you mean `{{ parameters.epochs }}`?"),
        ("{{ parameter.epochs }}", "did you mean `{{ parameters.epochs }}`?"),
        ("{{ step.a.b.output }}", "did you mean `{{ steps.a.b.output }}`?"),
        ("\0", "can hold the character NUL"),
    ] {
        let error = in_step(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn every_mistake_of_a_text_is_told() {
    let error =
        in_step("{{ parameters.epoch }} {{ parameters.epochs }} {{ run.nam }} {{ steps.eech.output }} {{").unwrap_err();
    let said: Vec<_> = error.lines().collect();
    assert_eq!(said.len(), 4, "{error}");
    for (line, expected) in said.iter().zip(["\"epoch\"", "`{{ run.nam }}`", "\"eech\"", "`{{` without `}}`"]) {
        assert!(line.contains(expected), "{expected}: {error}");
    }
}

proptest! {
    #[test]
    fn text_without_braces_is_left_alone(text in "[^{\0]*") {
        prop_assert_eq!(render(&text), Ok(text));
    }

    #[test]
    fn nothing_panics(text in "[{} \"a-z.]*") {
        let _ = (render(&text), in_step(&text));
    }
}

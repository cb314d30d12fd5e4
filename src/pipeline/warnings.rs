//! What a pipeline says that is allowed and hardly meant, or changes nothing (layer 1, pure).

use super::settings::BACKOFF_LIMIT;
use super::spec::Pipeline;
use crate::pod_settings::PodSettings;

impl Pipeline {
    /// What to say of it, whoever orchestrates.
    pub fn warnings(&self) -> Vec<String> {
        // A value in clear is read by everybody who may see the run's ConfigMaps or pods.
        let in_clear = self.suspicious_variables().map(|(step, name)| {
            let place = step.map(|step| format!(" of step \"{step}\"")).unwrap_or_default();
            format!("{name}{place} looks like a secret, and stands in the run's objects for all to read: use `secrets`")
        });
        let unused = &self.settings.without_effect;
        let unused = unused.iter().map(|(key, why)| format!("settings.orchestrator.{key} has no effect: {why}"));
        let uncached: Vec<_> = self.uncached_steps().collect();
        let uncached = uncached.first().map(|first| {
            let (steps, are) = match uncached.len() {
                1 => ("step".to_owned(), "is"),
                count => (format!("{count} steps, first"), "are"),
            };
            format!("{steps} \"{first}\" {are} not cached: caching takes an image that is named by its digest")
        });
        in_clear.chain(unused).chain(uncached).collect()
    }

    /// What more to say where a terminal orchestrates, and there is no Job.
    pub fn warnings_without_job(&self) -> Vec<String> {
        const JOB: &str = "it is the Job's";
        const POD: &str = "it is the orchestrator pod's";
        let settings = &self.settings;
        let orchestrator = &settings.orchestrator;
        let written = [
            ("ttl_seconds_after_finished", JOB, orchestrator.ttl_seconds_after_finished.is_some()),
            ("orchestrator_job_backoff_limit", JOB, orchestrator.backoff_limit != BACKOFF_LIMIT),
            ("orchestrator_pod_settings", POD, orchestrator.pod != PodSettings::default()),
            ("orchestrator_image", POD, settings.orchestrator_image.is_some()),
            ("service_account_name", POD, orchestrator.service_account_name.is_some()),
            ("synchronous", "who orchestrates stays until the end", settings.detach),
        ];
        let unused = written.into_iter().filter(|(_, _, is_written)| *is_written);
        let line = |(key, why, _)| format!("settings.orchestrator.{key} has no effect with --attached: {why}");
        unused.map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::read::read;

    const HEAD: &str = "version: 1\nkind: pipeline\nname: p\nimage: i\n";

    #[test]
    fn what_has_no_effect_is_said() {
        let text = "settings: {orchestrator: {ttl_seconds_after_finished: 9, orchestrator_job_backoff_limit: 0, synchronous: false, \
                    orchestrator_pod_settings: {host_ipc: true}, orchestrator_image: o, service_account_name: s, local: true}}\n\
                    environment: {API_TOKEN: x}\nenable_cache: true\nsteps: {a: {settings: {orchestrator: {pod_settings: {env: [\
                    {name: openaiKey, value: z}, {name: A_KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]}}}}, b: {}}";
        let pipeline = read("f", &format!("{HEAD}{text}")).unwrap();
        let said = pipeline.warnings_without_job();
        for (line, key) in said.iter().zip([
            "ttl_seconds_after_finished",
            "orchestrator_job_backoff_limit",
            "orchestrator_pod_settings",
            "orchestrator_image",
            "service_account_name",
            "synchronous",
        ]) {
            assert!(
                line.starts_with(&format!("settings.orchestrator.{key} has no effect with --attached: ")),
                "{line}"
            );
        }
        assert_eq!(said.len(), 6);
        assert_eq!(
            pipeline.warnings(),
            [
                "API_TOKEN looks like a secret, and stands in the run's objects for all to read: use `secrets`",
                "openaiKey of step \"a\" looks like a secret, and stands in the run's objects for all to read: use `secrets`",
                "settings.orchestrator.local has no effect: every cluster is treated alike",
                "2 steps, first \"a\" are not cached: caching takes an image that is named by its digest",
            ]
        );
    }

    #[test]
    fn a_file_that_says_little_is_not_warned_of() {
        let pipeline = read("f", &format!("{HEAD}steps: {{a: {{}}}}")).unwrap();
        assert_eq!([pipeline.warnings(), pipeline.warnings_without_job()].concat(), [""; 0]);
    }
}

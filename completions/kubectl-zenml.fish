# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kubectl_zenml_global_optspecs
    string join \n h/help V/version
end

function __fish_kubectl_zenml_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kubectl_zenml_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kubectl_zenml_using_subcommand
    set -l cmd (__fish_kubectl_zenml_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -s V -l version -d 'Print version'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "register" -d 'Register a connector from a kubeconfig context'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "connector" -d 'Manage connectors: a cluster\'s address and a credential for it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "submit" -d 'Run a pipeline, each step as a pod, in the order of its graph'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deploy" -d 'Deploy a service, and wait until it serves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deployment" -d 'List, describe, call and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deployments" -d 'List, describe, call and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "run" -d 'List, describe and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "runs" -d 'List, describe and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "image" -d 'Export the orchestrator\'s image'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "rbac" -d 'Print the rights that the orchestrator needs, as YAML'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "credential" -d 'Answer Kubernetes clients that ask for a credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "vault" -d 'Manage the vault that keeps secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "doctor" -d 'Check the vault, the logins and kubectl\'s settings on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "completion" -d 'Print a completion script'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "version" -d 'Print the version'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l context -d 'Register this context instead of the current one' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l type -d 'Register a connector of this type; there is only `kubernetes`' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l description -d 'Describe the connector in your own words' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l label -d 'Label the connector (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l auto-configure -d 'Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l no-verify -d 'Do not ask the cluster whether the credential works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l dry-run -d 'Check everything and store nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l exec-api-version -d 'Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22' -r -f -a "v1\t''
v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l kubeconfig -d 'Write this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l set-current -d 'Make it the current context; without this flag the current context stays as it is'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l overwrite -d 'Replace entries of the same name that something else wrote'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l unbound -d 'Give up the check that the credential is asked for its own cluster, for clients that cannot name it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l bound -d 'Restore that check'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand logout" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand logout" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l for -d 'Ask only about the rights for this work [default: both]' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "register" -d 'Register a connector from a kubeconfig context'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe delete verify login logout help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l context -d 'Register this context instead of the current one' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l type -d 'Register a connector of this type; there is only `kubernetes`' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l description -d 'Describe the connector in your own words' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l label -d 'Label the connector (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l auto-configure -d 'Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l no-verify -d 'Do not ask the cluster whether the credential works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l dry-run -d 'Check everything and store nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from delete" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l for -d 'Ask only about the rights for this work [default: both]' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l exec-api-version -d 'Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22' -r -f -a "v1\t''
v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l kubeconfig -d 'Write this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l set-current -d 'Make it the current context; without this flag the current context stays as it is'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l overwrite -d 'Replace entries of the same name that something else wrote'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l unbound -d 'Give up the check that the credential is asked for its own cluster, for clients that cannot name it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l bound -d 'Restore that check'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from logout" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "register" -d 'Register a connector from a kubeconfig context'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s f -l filename -d 'Read the pipeline from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l name -d 'Name the run [default: <pipeline>-<date>-<time>]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s n -l namespace -d 'Use this namespace [default: the file\'s, else the context\'s, else zenml]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l orchestrator-image -d 'Run this image as the orchestrator [env: KUBECTL_ZENML_ORCHESTRATOR_IMAGE]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l dry-run -d 'Only show what would be done: without asking the server (client), or with its verdict (server)' -r -f -a "none\t'Act'
client\t'Ask no server'
server\t'Let the server check everything, and change nothing'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s o -l output -d 'Print what a dry run would create as json or yaml' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l create-namespace -d 'Create the namespace if it is missing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l attached -d 'Orchestrate from this terminal instead of an orchestrator pod; the steps are pods all the same'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l detach -d 'Return once the run is submitted; without this flag, wait for its end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s f -l filename -d 'Read the service from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l dry-run -d 'Only show what would be done: without asking the server (client), or with its verdict (server)' -r -f -a "none\t'Act'
client\t'Ask no server'
server\t'Let the server check everything, and change nothing'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l wait -d 'Wait until the new pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s o -l output -d 'Print the objects as yaml, json, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l force-conflicts -d 'Take over fields that another field manager owns'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each pod\'s log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs, also of pods that start later'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l json -d 'Send this JSON as it is' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l param -d 'Send {"parameters": {NAME: VALUE}} (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s i -l include -d 'Print the answer\'s status and headers too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l wait -d 'Wait until the pods are gone' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe logs invoke delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each pod\'s log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs, also of pods that start later'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l json -d 'Send this JSON as it is' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l param -d 'Send {"parameters": {NAME: VALUE}} (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s i -l include -d 'Print the answer\'s status and headers too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l wait -d 'Wait until the pods are gone' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l step -d 'Print only the log of this step' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs until the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe logs delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l step -d 'Print only the log of this step' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs until the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -l binary -d 'Pack this static Linux build of kubectl-zenml instead of the running program' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -s o -l output -d 'Write the tarball here' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -l name -d 'Name the image' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator help" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from orchestrator" -s n -l namespace -d 'For this namespace' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from orchestrator" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from help" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get help" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from get" -l show-secrets -d 'Print the credential although standard output is a terminal'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status help" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status help" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l holder -d 'Let this hold the key' -r -f -a "os\t'The operating system\'s keyring'
key-file\t'A file that only you may read'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l key-file -d 'Create the key file here [default: vault.key beside the vault]' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l cache-seconds -d 'Keep the key of an `os` vault in the kernel for this many seconds; 0 turns that off' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from status" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand doctor" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand version" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "register" -d 'Register a connector from a kubeconfig context'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "connector" -d 'Manage connectors: a cluster\'s address and a credential for it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "submit" -d 'Run a pipeline, each step as a pod, in the order of its graph'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "deploy" -d 'Deploy a service, and wait until it serves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "deployment" -d 'List, describe, call and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "run" -d 'List, describe and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "image" -d 'Export the orchestrator\'s image'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "rbac" -d 'Print the rights that the orchestrator needs, as YAML'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "credential" -d 'Answer Kubernetes clients that ask for a credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "vault" -d 'Manage the vault that keeps secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "doctor" -d 'Check the vault, the logins and kubectl\'s settings on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "completion" -d 'Print a completion script'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "version" -d 'Print the version'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit deploy deployment run image rbac credential vault doctor completion version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "register" -d 'Register a connector from a kubeconfig context'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from rbac" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from credential" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'

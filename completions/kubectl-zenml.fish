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
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "register" -d 'Register a connector from a kubeconfig context, or from flags'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "connector" -d 'Manage connectors: a cluster\'s address and a credential for it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "submit" -d 'Run a pipeline, each step as a pod, in the order of its graph'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "pipeline" -d 'Check pipeline files, and print their graphs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "pipelines" -d 'Check pipeline files, and print their graphs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deploy" -d 'Deploy a service, and wait until it serves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deployment" -d 'List, describe, call, change and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deployments" -d 'List, describe, call, change and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "run" -d 'List, watch, stop and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "runs" -d 'List, watch, stop and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "orchestrator" -d 'Manage orchestrators: where pipelines run'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "deployer" -d 'Manage deployers: where services are deployed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "stack" -d 'Manage stacks: which orchestrator and which deployer are used'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "image" -d 'Export the orchestrator\'s image'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "rbac" -d 'Print the rights that the orchestrator or a deployer needs, as YAML'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "schema" -d 'Print the JSON schema of a file, for editors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "credential" -d 'Answer Kubernetes clients that ask for a credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "vault" -d 'Manage the vault that keeps secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "doctor" -d 'Check the vault, the logins, kubectl\'s settings and the clocks, and name what mends what is wrong'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "completion" -d 'Print a completion script'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "version" -d 'Print the version'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l context -d 'Register this context instead of the current one' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l type -d 'Register a connector of this type; there is only `kubernetes`' -r -f -a "kubernetes\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l resource-type -d 'Insist on this type of resource' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l resource-id -d 'Insist on this resource: the cluster\'s name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l auth-method -d 'Insist on this method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l description -d 'Describe the connector in your own words' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l label -d 'Label the connector (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l expires-at -d 'Let the credential end at this time, in UTC, where it does not say so itself' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l expires-skew-tolerance -d 'Have clients come back this long before the end, such as 5m [default: a tenth of the life, 1 to 5 minutes]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l expiration-seconds -l duration -d 'Ask for tokens of the ServiceAccount that live this long, such as 1h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l server -d 'Reach the API server at this URL, and read no context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l cluster-name -d 'Call the cluster this [default: as in the context, or the server\'s host]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l certificate-authority -d 'Trust these authorities for the server\'s certificate (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l tls-server-name -d 'Expect this name in the server\'s certificate' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l proxy-url -d 'Reach the server through this proxy; @FILE where its URL holds a password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -s n -l namespace -d 'Use this namespace where a command names none' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l as -d 'Impersonate this user' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l as-uid -d 'Impersonate this UID' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l as-group -d 'Impersonate this group (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l as-user-extra -d 'Impersonate this further attribute (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l username -d 'Use this user name with --password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l password -d 'Use the password in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l token -d 'Use the bearer token in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l client-certificate -d 'Use this client certificate, alone or beside --token (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l client-key -d 'Use the client certificate\'s key (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l token-file -d 'Use the token that this file holds each time' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-command -d 'Run this exec plugin for credentials' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-arg -d 'Give the plugin this argument (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-env -d 'Give the plugin this variable; NAME=@FILE where it is a secret (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-api-version -d 'Speak this version of the exec credential API with the plugin' -r -f -a "client.authentication.k8s.io/v1\t''
client.authentication.k8s.io/v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-interactive-mode -d 'Let the plugin use the terminal in this way' -r -f -a "Never\t''
IfAvailable\t''
Always\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l exec-provide-cluster-info -d 'Tell the plugin which cluster it is asked for' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l service-account -d 'Hand out only short-lived tokens of this ServiceAccount, minted with the credential above' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l audience -d 'Ask for tokens of the ServiceAccount for this audience (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l in-cluster -d 'Register the cluster of the pod that this runs in, with its mounted ServiceAccount'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l auto-configure -d 'Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -s i -l interactive -d 'Ask for everything that is not given'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l show-secrets -d 'Show secrets while they are typed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l no-docs -d 'Do not explain what is asked for'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l allow-anonymous -d 'Register a context or server without any credential too; only our own commands can use such a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l no-verify -d 'Do not ask the cluster whether the credential works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l dry-run -d 'Check everything and store nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -l seal -d 'Seal the context\'s user too: see `connector seal --help`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l exec-api-version -d 'Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22; without this flag the entry keeps its version, and a new one speaks v1' -r -f -a "v1\t''
v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l kubeconfig -d 'Write this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l set-current -d 'Make it the current context; without this flag the current context stays as it is'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l overwrite -d 'Replace entries of the same name that something else wrote'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l embed-password -d 'Write the password of a connector that has one into the kubeconfig, in plain text: clients cannot get it otherwise'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l unbound -d 'Give up the check that the credential is asked for its own cluster, for clients that cannot name it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l bound -d 'Restore that check'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand login" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand logout" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand logout" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l for -d 'Ask only about the rights for this work [default: both]' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l all -d 'Check every connector, several at once'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -l verify-only -d 'Only check that the cluster accepts the credential, and ask about no rights'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand verify" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "register" -d 'Register a connector from a kubeconfig context, or from flags'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "update" -d 'Change a connector, having tried on its cluster what is new'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "rename" -d 'Give a connector another name'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "list-resources" -d 'List what the connectors give access to, as their clusters say'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "restrict" -d 'Make a connector that may do less: one that hands out only a ServiceAccount\'s short-lived tokens'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "seal" -d 'Take the secrets of contexts out of the kubeconfig and into the vault'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "unseal" -d 'Put the secrets that `seal` has taken out of the kubeconfig back'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "list-types" -d 'List the types of connectors that there are'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "describe-type" -d 'Describe a type of connector: its auth methods, their fields, and what the cluster must allow'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and not __fish_seen_subcommand_from register list describe update rename delete verify login logout list-resources restrict seal unseal list-types describe-type help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l context -d 'Register this context instead of the current one' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l type -d 'Register a connector of this type; there is only `kubernetes`' -r -f -a "kubernetes\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l resource-type -d 'Insist on this type of resource' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l resource-id -d 'Insist on this resource: the cluster\'s name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l auth-method -d 'Insist on this method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l description -d 'Describe the connector in your own words' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l label -d 'Label the connector (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l expires-at -d 'Let the credential end at this time, in UTC, where it does not say so itself' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l expires-skew-tolerance -d 'Have clients come back this long before the end, such as 5m [default: a tenth of the life, 1 to 5 minutes]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l expiration-seconds -l duration -d 'Ask for tokens of the ServiceAccount that live this long, such as 1h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l server -d 'Reach the API server at this URL, and read no context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l cluster-name -d 'Call the cluster this [default: as in the context, or the server\'s host]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l certificate-authority -d 'Trust these authorities for the server\'s certificate (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l tls-server-name -d 'Expect this name in the server\'s certificate' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l proxy-url -d 'Reach the server through this proxy; @FILE where its URL holds a password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -s n -l namespace -d 'Use this namespace where a command names none' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l as -d 'Impersonate this user' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l as-uid -d 'Impersonate this UID' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l as-group -d 'Impersonate this group (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l as-user-extra -d 'Impersonate this further attribute (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l username -d 'Use this user name with --password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l password -d 'Use the password in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l token -d 'Use the bearer token in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l client-certificate -d 'Use this client certificate, alone or beside --token (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l client-key -d 'Use the client certificate\'s key (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l token-file -d 'Use the token that this file holds each time' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-command -d 'Run this exec plugin for credentials' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-arg -d 'Give the plugin this argument (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-env -d 'Give the plugin this variable; NAME=@FILE where it is a secret (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-api-version -d 'Speak this version of the exec credential API with the plugin' -r -f -a "client.authentication.k8s.io/v1\t''
client.authentication.k8s.io/v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-interactive-mode -d 'Let the plugin use the terminal in this way' -r -f -a "Never\t''
IfAvailable\t''
Always\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l exec-provide-cluster-info -d 'Tell the plugin which cluster it is asked for' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l service-account -d 'Hand out only short-lived tokens of this ServiceAccount, minted with the credential above' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l audience -d 'Ask for tokens of the ServiceAccount for this audience (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l in-cluster -d 'Register the cluster of the pod that this runs in, with its mounted ServiceAccount'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l auto-configure -d 'Take everything from a kubeconfig context, as `register` does anyway; ZenML demands this flag'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -s i -l interactive -d 'Ask for everything that is not given'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l show-secrets -d 'Show secrets while they are typed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l no-docs -d 'Do not explain what is asked for'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l allow-anonymous -d 'Register a context or server without any credential too; only our own commands can use such a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l no-verify -d 'Do not ask the cluster whether the credential works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l dry-run -d 'Check everything and store nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -l seal -d 'Seal the context\'s user too: see `connector seal --help`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l type -d 'Only those of this connector type' -r -f -a "kubernetes\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l auth-method -d 'Only those with this auth method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l name -d 'Only those with this text in their name; equals:TEXT, startswith:TEXT and endswith:TEXT are stricter' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l id -d 'Only the one whose id begins like this' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -s l -l selector -d 'Only those whose labels match, as kubectl selects: key=value, key!=value, key in (a,b), key notin (a,b), key, !key' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort by name, type, auth, resource-name, expires (soonest first), active, age (newest first) or updated' -r -f -a "name\t''
type\t''
auth\t''
auth-method\t''
resource-name\t''
expires\t''
active\t''
age\t''
updated\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -l expired -d 'Only those whose credential has ended'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -s x -l show-secrets -d 'Show the secrets too, having asked whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -l yes -d 'Do not ask; needed where standard output is no terminal'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l name -d 'Give it this name; its id stays, so that logins go on working' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l description -d 'Describe it in your own words' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l label -d 'Set a label, or remove it: KEY- (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l expires-at -d 'Let the credential end at this time, in UTC, where it does not say so itself' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l expires-skew-tolerance -d 'Have clients come back this long before the end, such as 5m [default: a tenth of the life, 1 to 5 minutes]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l expiration-seconds -l duration -d 'Ask for tokens of the ServiceAccount that live this long, such as 1h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l auth-method -d 'Insist on this method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l remove-attr -d 'Clear a field, such as `namespace` or `expires_at` (can be repeated)' -r -f -a "description\t''
labels\t''
expires-at\t''
expires-skew-tolerance\t''
expiration-seconds\t''
certificate-authority\t''
insecure-skip-tls-verify\t''
tls-server-name\t''
proxy-url\t''
namespace\t''
as\t''
as-uid\t''
as-group\t''
as-user-extra\t''
token\t''
client-certificate\t''
client-key\t''
exec-arg\t''
exec-env\t''
exec-api-version\t''
exec-interactive-mode\t''
exec-provide-cluster-info\t''
service-account\t''
audience\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l context -d 'Take this context instead of the current one' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l server -d 'Reach the API server at this URL, and read no context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l cluster-name -d 'Call the cluster this' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l certificate-authority -d 'Trust these authorities for the server\'s certificate (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l tls-server-name -d 'Expect this name in the server\'s certificate' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l proxy-url -d 'Reach the server through this proxy; @FILE where its URL holds a password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -s n -l namespace -d 'Use this namespace where a command names none' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l as -d 'Impersonate this user' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l as-uid -d 'Impersonate this UID' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l as-group -d 'Impersonate this group (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l as-user-extra -d 'Impersonate this further attribute (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l username -d 'Use this user name with --password' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l password -d 'Use the password in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l token -d 'Use the bearer token in @FILE, on standard input (-), or asked for' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l client-certificate -d 'Use this client certificate, alone or beside --token (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l client-key -d 'Use the client certificate\'s key (a file with PEM)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l token-file -d 'Use the token that this file holds each time' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-command -d 'Run this exec plugin for credentials' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-arg -d 'Give the plugin this argument (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-env -d 'Give the plugin this variable; NAME=@FILE where it is a secret (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-api-version -d 'Speak this version of the exec credential API with the plugin' -r -f -a "client.authentication.k8s.io/v1\t''
client.authentication.k8s.io/v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-interactive-mode -d 'Let the plugin use the terminal in this way' -r -f -a "Never\t''
IfAvailable\t''
Always\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l exec-provide-cluster-info -d 'Tell the plugin which cluster it is asked for' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l service-account -d 'Hand out only short-lived tokens of this ServiceAccount, minted with the credential above' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l audience -d 'Ask for tokens of the ServiceAccount for this audience (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -s i -l interactive -d 'Ask for everything that is not given'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l show-secrets -d 'Show secrets while they are typed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l auto-configure -d 'Take everything from a kubeconfig context again, as after a cluster was made anew; flags replace what it says'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l no-verify -d 'Do not ask the cluster whether the credential works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -l dry-run -d 'Check everything and change nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from rename" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from delete" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from delete" -l force -d 'Delete it also while an orchestrator or a deployer is linked to it, and unlink that'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l for -d 'Ask only about the rights for this work [default: both]' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l all -d 'Check every connector, several at once'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -l verify-only -d 'Only check that the cluster accepts the credential, and ask about no rights'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l exec-api-version -d 'Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22; without this flag the entry keeps its version, and a new one speaks v1' -r -f -a "v1\t''
v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l kubeconfig -d 'Write this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l set-current -d 'Make it the current context; without this flag the current context stays as it is'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l overwrite -d 'Replace entries of the same name that something else wrote'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l embed-password -d 'Write the password of a connector that has one into the kubeconfig, in plain text: clients cannot get it otherwise'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l unbound -d 'Give up the check that the credential is asked for its own cluster, for clients that cannot name it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l bound -d 'Restore that check'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from logout" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -l connector-type -d 'Only those of this connector type' -r -f -a "kubernetes\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -l resource-type -d 'The type of resource that it must give access to' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -l resource-id -d 'The name of the resource that it must give access to' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -s e -l exclude-errors -d 'Leave out the connectors that do not work'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-resources" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l name -d 'Call the new connector this' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l for -d 'Give the least rights that this work needs' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l role -d 'Give the rights of this Role' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l clusterrole -d 'Give the rights of this cluster role, in the namespace alone' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -s n -l namespace -d 'Give the rights in this namespace [default: the connector\'s, else the work\'s]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l expiration-seconds -l duration -d 'Ask for tokens that live this long, such as 1h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l dry-run -d 'Only show what would be done: without asking the server (client), or with its verdict (server)' -r -f -a "none\t'Act'
client\t'Ask no server'
server\t'Let the server check everything, and change nothing'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -l create-namespace -d 'Create the namespace where it is missing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from restrict" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l context -d 'Take this context\'s user instead of the current context\'s' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l exec-api-version -d 'Have clients speak this version of the exec credential API; every kubectl since 1.20 knows v1beta1' -r -f -a "v1\t''
v1beta1\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l all-contexts -d 'Take the users of all contexts'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l no-verify -d 'Do not ask the clusters whether the credentials work'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -l dry-run -d 'Check everything and change nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from seal" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from unseal" -l context -d 'Take this context\'s user instead of the current context\'s' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from unseal" -l kubeconfig -d 'Change this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from unseal" -l all-contexts -d 'Take the users of all contexts'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from unseal" -l dry-run -d 'Check everything and change nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from unseal" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -l type -d 'List only this type' -r -f -a "kubernetes\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -l resource-type -d 'Show only what gives access to this type of resource' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -l auth-method -d 'Show only this method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -l detailed -d 'Describe each in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from list-types" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe-type" -l resource-type -d 'Show only what gives access to this type of resource' -r -f -a "kubernetes-cluster\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe-type" -l auth-method -d 'Show only this method' -r -f -a "password\t''
token\t''
token-file\t''
exec\t''
service-account\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe-type" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from describe-type" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "register" -d 'Register a connector from a kubeconfig context, or from flags'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change a connector, having tried on its cluster what is new'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Give a connector another name'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "list-resources" -d 'List what the connectors give access to, as their clusters say'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "restrict" -d 'Make a connector that may do less: one that hands out only a ServiceAccount\'s short-lived tokens'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "seal" -d 'Take the secrets of contexts out of the kubeconfig and into the vault'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "unseal" -d 'Put the secrets that `seal` has taken out of the kubeconfig back'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "list-types" -d 'List the types of connectors that there are'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "describe-type" -d 'Describe a type of connector: its auth methods, their fields, and what the cluster must allow'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand connector; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s f -l filename -d 'Read the pipeline from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l name -d 'Name the run [default: <pipeline>-<date>-<time>]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s n -l namespace -d 'Use this namespace [default: the file\'s, else the context\'s, else zenml]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l logs -d 'Print the logs of all steps while waiting [default: true where standard error is no terminal]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l orchestrator-image -d 'Run this image as the orchestrator [env: KUBECTL_ZENML_ORCHESTRATOR_IMAGE]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l dry-run -d 'Only show what would be done: without asking the server (client), or with its verdict (server)' -r -f -a "none\t'Act'
client\t'Ask no server'
server\t'Let the server check everything, and change nothing'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s o -l output -d 'Print what a dry run would create as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l create-namespace -d 'Create the namespace if it is missing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l attached -d 'Orchestrate from this terminal instead of an orchestrator pod; the steps are pods all the same'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -l detach -d 'Return once the run is submitted; without this flag, wait for its end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand submit" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and not __fish_seen_subcommand_from validate graph help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and not __fish_seen_subcommand_from validate graph help" -f -a "validate" -d 'Check pipeline files, and print every mistake with its place'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and not __fish_seen_subcommand_from validate graph help" -f -a "graph" -d 'Print the graph of a pipeline\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and not __fish_seen_subcommand_from validate graph help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from validate" -s f -l filename -d 'Check this file; - is standard input (can be repeated)' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from validate" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from validate" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from graph" -s f -l filename -d 'Read the pipeline from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from graph" -s o -l output -d 'Print the graph for this program' -r -f -a "mermaid\t'A flowchart of Mermaid, which Git hosts and editors draw'
dot\t'A digraph of Graphviz'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Check pipeline files, and print every mistake with its place'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from help" -f -a "graph" -d 'Print the graph of a pipeline\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipeline; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and not __fish_seen_subcommand_from validate graph help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and not __fish_seen_subcommand_from validate graph help" -f -a "validate" -d 'Check pipeline files, and print every mistake with its place'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and not __fish_seen_subcommand_from validate graph help" -f -a "graph" -d 'Print the graph of a pipeline\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and not __fish_seen_subcommand_from validate graph help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from validate" -s f -l filename -d 'Check this file; - is standard input (can be repeated)' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from validate" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from validate" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from graph" -s f -l filename -d 'Read the pipeline from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from graph" -s o -l output -d 'Print the graph for this program' -r -f -a "mermaid\t'A flowchart of Mermaid, which Git hosts and editors draw'
dot\t'A digraph of Graphviz'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Check pipeline files, and print every mistake with its place'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from help" -f -a "graph" -d 'Print the graph of a pipeline\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand pipelines; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s f -l filename -d 'Read the service from this file; - is standard input' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s p -l param -d 'Set a parameter, or all those in a YAML or JSON file (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s n -l namespace -d 'Use this namespace [default: the file\'s, else the context\'s, else zenml-deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l dry-run -d 'Only show what would be done: without asking the server (client), or with its verdict (server)' -r -f -a "none\t'Act'
client\t'Ask no server'
server\t'Let the server check everything, and change nothing'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l wait -d 'Wait until the new pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l timeout -d 'Give up waiting after this long [default: what the file says, else 600s]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l field-manager -d 'Apply under this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s o -l output -d 'Print the objects as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l diff -d 'Show what would be changed, and change nothing'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l rollback-on-failure -l atomic -d 'Go back to the revision before when the rollout fails; a failed first deploy is deleted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l adopt -d 'Take over objects of the same names that somebody else made'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l rotate-auth-key -d 'Replace the key that requests must carry, which restarts the pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -l force-conflicts -d 'Take over fields that another field manager owns'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deploy" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "status" -d 'Wait for a rollout, and say how it stands'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "events" -d 'List what the cluster said about a deployment\'s objects'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "url" -d 'Print where a deployment can be reached'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "port-forward" -d 'Open a deployment\'s port on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "scale" -d 'Set the number of pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "restart" -d 'Replace all pods, a few at a time'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "history" -d 'List the revisions that can be gone back to'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "rollback" -d 'Go back to an earlier revision'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -s w -l watch -d 'Wait until the rollout is complete or has failed' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each pod\'s log [default: all, which is also -1]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l all-pods -d 'Print the logs of all pods, not only of the newest' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs, also of pods that start later'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -l previous -d 'Print the logs of the containers that ran before the last restart'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from url" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l json -d 'Send this JSON as it is' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l param -d 'Send {"parameters": {NAME: VALUE}} (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l auth-key -d 'Send the key in this file instead of the deployment\'s own; - is standard input, and nothing asks' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s i -l include -d 'Print the answer\'s status and headers too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -l direct -d 'Call the published URL, not through the API server'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from invoke" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from port-forward" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from port-forward" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from port-forward" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from port-forward" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from port-forward" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l replicas -d 'The number of pods; the next deploy sets it back to what its file says' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l to-revision -d 'Go back to this one [default: the last one that was not taken back]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l field-manager -d 'Apply under this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -l force-conflicts -d 'Take over fields that another field manager owns'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from rollback" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from delete" -l cascade -d 'What becomes of the pods: they go with the deployment (background), before it (foreground), or stay (orphan)' -r -f -a "background\t'The pods go later'
foreground\t'The pods go first'
orphan\t'The pods stay'"
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
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "status" -d 'Wait for a rollout, and say how it stands'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "events" -d 'List what the cluster said about a deployment\'s objects'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "url" -d 'Print where a deployment can be reached'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "port-forward" -d 'Open a deployment\'s port on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Set the number of pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Replace all pods, a few at a time'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the revisions that can be gone back to'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "rollback" -d 'Go back to an earlier revision'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployment; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "status" -d 'Wait for a rollout, and say how it stands'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "events" -d 'List what the cluster said about a deployment\'s objects'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "url" -d 'Print where a deployment can be reached'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "port-forward" -d 'Open a deployment\'s port on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "scale" -d 'Set the number of pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "restart" -d 'Replace all pods, a few at a time'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "history" -d 'List the revisions that can be gone back to'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "rollback" -d 'Go back to an earlier revision'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and not __fish_seen_subcommand_from list describe status logs events url invoke port-forward scale restart history rollback delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -s w -l watch -d 'Wait until the rollout is complete or has failed' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each pod\'s log [default: all, which is also -1]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l all-pods -d 'Print the logs of all pods, not only of the newest' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs, also of pods that start later'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -l previous -d 'Print the logs of the containers that ran before the last restart'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from url" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l json -d 'Send this JSON as it is' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l param -d 'Send {"parameters": {NAME: VALUE}} (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l auth-key -d 'Send the key in this file instead of the deployment\'s own; - is standard input, and nothing asks' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s i -l include -d 'Print the answer\'s status and headers too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -l direct -d 'Call the published URL, not through the API server'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from invoke" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from port-forward" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from port-forward" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from port-forward" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from port-forward" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from port-forward" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l replicas -d 'The number of pods; the next deploy sets it back to what its file says' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l to-revision -d 'Go back to this one [default: the last one that was not taken back]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l field-manager -d 'Apply under this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l wait -d 'Wait until the pods serve' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l timeout -d 'Give up waiting after this long' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -l force-conflicts -d 'Take over fields that another field manager owns'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from rollback" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from delete" -l cascade -d 'What becomes of the pods: they go with the deployment (background), before it (foreground), or stay (orphan)' -r -f -a "background\t'The pods go later'
foreground\t'The pods go first'
orphan\t'The pods stay'"
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
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "status" -d 'Wait for a rollout, and say how it stands'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "events" -d 'List what the cluster said about a deployment\'s objects'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "url" -d 'Print where a deployment can be reached'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "port-forward" -d 'Open a deployment\'s port on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Set the number of pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Replace all pods, a few at a time'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the revisions that can be gone back to'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "rollback" -d 'Go back to an earlier revision'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "watch" -d 'Watch a run until it ends, as a tree on a terminal; exits as the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "events" -d 'Print what the cluster said about a run\'s objects, oldest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "graph" -d 'Print the graph of a run\'s steps with their states'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "export" -d 'Print everything that is known of a run as one document, without secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "stop" -d 'End runs: delete the pods of their steps, begin no other'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "suspend" -d 'Begin no further step; what runs goes on'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "resume" -d 'Go on with runs that were suspended or stopped'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "retry" -d 'Try a run again: what did not succeed, and with --from a step and all after it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "attach" -d 'Come back to a run and wait for its end; an attached one that was interrupted is driven on from here'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "prune" -d 'Delete the runs that have ended, and what interrupted submissions left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s w -l watch -d 'After the list, print each run again when it changes, until Ctrl-C'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -l logs -d 'Print the logs of all steps too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l step -d 'Print only the log of this step' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l logs-dir -d 'Write the log of each attempt to a file in this directory, named after its pod, and print nothing' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs until the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -l previous -d 'Print the log of the attempt before the newest, of the steps that had several'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -s o -l output -d 'Print the graph for this program' -r -f -a "mermaid\t'A flowchart of Mermaid, which Git hosts and editors draw'
dot\t'A digraph of Graphviz'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -s o -l output -d 'Print as yaml, json or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l force -d 'Kill the pods of its steps, without the time that they have to end by themselves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -l detach -d 'Return once the stop is asked for, unless nobody but this command can end the run; without this flag, wait for the end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from suspend" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from suspend" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from suspend" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from suspend" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from suspend" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from resume" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from resume" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from resume" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from resume" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l from -d 'Do also this step again, and all that wait for it; an instance is train[3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -s p -l param -d 'Make a new run with this parameter, or all those in a file, in which what would do the same is not done again' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l name -d 'Name the new run [default: <pipeline>-<date>-<time>]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l logs -d 'Print the logs of all steps while waiting [default: true where standard error is no terminal]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l orchestrator-image -d 'Run this image as the orchestrator [default: the one before]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -l detach -d 'Return once the run goes on; without this flag, wait for its end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l logs -d 'Print the logs of all steps while waiting [default: true where standard error is no terminal]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l older-than -d 'Only runs that ended this long ago or longer, such as 72h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l keep -d 'Keep so many ended runs of each pipeline, the newest' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l interrupted -d 'Also attached runs whose terminal is gone, with the pods that they left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l dry-run -d 'Only show what would be removed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Watch a run until it ends, as a tree on a terminal; exits as the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "events" -d 'Print what the cluster said about a run\'s objects, oldest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "graph" -d 'Print the graph of a run\'s steps with their states'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print everything that is known of a run as one document, without secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "stop" -d 'End runs: delete the pods of their steps, begin no other'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "suspend" -d 'Begin no further step; what runs goes on'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on with runs that were suspended or stopped'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Try a run again: what did not succeed, and with --from a step and all after it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Come back to a run and wait for its end; an attached one that was interrupted is driven on from here'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete the runs that have ended, and what interrupted submissions left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand run; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "watch" -d 'Watch a run until it ends, as a tree on a terminal; exits as the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "events" -d 'Print what the cluster said about a run\'s objects, oldest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "graph" -d 'Print the graph of a run\'s steps with their states'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "export" -d 'Print everything that is known of a run as one document, without secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "stop" -d 'End runs: delete the pods of their steps, begin no other'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "suspend" -d 'Begin no further step; what runs goes on'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "resume" -d 'Go on with runs that were suspended or stopped'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "retry" -d 'Try a run again: what did not succeed, and with --from a step and all after it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "attach" -d 'Come back to a run and wait for its end; an attached one that was interrupted is driven on from here'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "prune" -d 'Delete the runs that have ended, and what interrupted submissions left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and not __fish_seen_subcommand_from list describe watch logs events graph export stop suspend resume retry attach delete prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s l -l selector -d 'List only those whose labels match' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s A -l all-namespaces -d 'List those of all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s w -l watch -d 'After the list, print each run again when it changes, until Ctrl-C'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -l logs -d 'Print the logs of all steps too'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l step -d 'Print only the log of this step' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l tail -d 'Print this many lines from the end of each log [default: all]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l logs-dir -d 'Write the log of each attempt to a file in this directory, named after its pod, and print nothing' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Follow the logs until the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -l previous -d 'Print the log of the attempt before the newest, of the steps that had several'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -s o -l output -d 'Print the graph for this program' -r -f -a "mermaid\t'A flowchart of Mermaid, which Git hosts and editors draw'
dot\t'A digraph of Graphviz'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -s o -l output -d 'Print as yaml, json or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l force -d 'Kill the pods of its steps, without the time that they have to end by themselves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -l detach -d 'Return once the stop is asked for, unless nobody but this command can end the run; without this flag, wait for the end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from suspend" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from suspend" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from suspend" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from suspend" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from suspend" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from resume" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from resume" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from resume" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from resume" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l from -d 'Do also this step again, and all that wait for it; an instance is train[3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -s p -l param -d 'Make a new run with this parameter, or all those in a file, in which what would do the same is not done again' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l name -d 'Name the new run [default: <pipeline>-<date>-<time>]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l logs -d 'Print the logs of all steps while waiting [default: true where standard error is no terminal]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l orchestrator-image -d 'Run this image as the orchestrator [default: the one before]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -l detach -d 'Return once the run goes on; without this flag, wait for its end'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l logs -d 'Print the logs of all steps while waiting [default: true where standard error is no terminal]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l logs-dir -d 'Write the log of each attempt of each step to a file in this directory, named after its pod' -r -f -a "(__fish_complete_directories)"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l timeout -d 'Give up waiting after this long, such as 90s or 1h30m; 0 waits for ever [default: 0]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l older-than -d 'Only runs that ended this long ago or longer, such as 72h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l keep -d 'Keep so many ended runs of each pipeline, the newest' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -s n -l namespace -d 'Use this namespace [default: the context\'s, else zenml for runs, zenml-deployments for deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l connector -d 'Use this connector\'s cluster and credential' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l context -d 'Use this kubeconfig context' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l kubeconfig -d 'Read this kubeconfig file instead of $KUBECONFIG' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l interrupted -d 'Also attached runs whose terminal is gone, with the pods that they left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l dry-run -d 'Only show what would be removed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -l yes -d 'Do not ask whether that is really wanted'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Watch a run until it ends, as a tree on a terminal; exits as the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "events" -d 'Print what the cluster said about a run\'s objects, oldest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "graph" -d 'Print the graph of a run\'s steps with their states'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print everything that is known of a run as one document, without secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "stop" -d 'End runs: delete the pods of their steps, begin no other'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "suspend" -d 'Begin no further step; what runs goes on'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on with runs that were suspended or stopped'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Try a run again: what did not succeed, and with --from a step and all after it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Come back to a run and wait for its end; an attached one that was interrupted is driven on from here'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Delete the runs that have ended, and what interrupted submissions left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand runs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "register" -d 'Register an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "list" -d 'List the orchestrators'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "describe" -d 'Show an orchestrator in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "update" -d 'Change an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "delete" -d 'Delete an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "connect" -d 'Link an orchestrator to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "disconnect" -d 'Unlink an orchestrator from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l flavor -d 'Register a component of this flavor; there is only `kubernetes`' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l connector -d 'Link it to this connector' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l resource-id -d 'Link it to this resource of the connector [default: its only one]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l kubernetes-context -d 'Use this kubeconfig context where no connector is linked' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l incluster -d 'Use the credentials of the pod that the command runs in [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l kubernetes-namespace -d 'Run pipelines in this namespace [default: zenml]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l orchestrator-image -d 'Run this image as the orchestrator' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l service-account-name -d 'Run the orchestrator pod as this ServiceAccount [default: zenml-service-account]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l step-pod-service-account-name -d 'Run step pods as this ServiceAccount' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l pod-settings -d 'Shape the step pods: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l orchestrator-pod-settings -d 'Shape the orchestrator pod: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l pod-security -d 'Make step pods fit this level of PodSecurity' -r -f -a "restricted\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l privileged -d 'Run steps as privileged containers [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l gpu-resource-name -d 'Count GPUs in this resource [default: nvidia.com/gpu]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l job-name-prefix -d 'Begin the names of step pods with this' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l queue-name -d 'Queue runs in this LocalQueue of Kueue' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l synchronous -d 'Wait for a run\'s end after submitting it [default: true]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l max-parallelism -d 'Run at most this many steps of a run at once' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l active-deadline-seconds -d 'Stop a run after this many seconds' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l ttl-seconds-after-finished -d 'Delete a run this many seconds after its end' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l orchestrator-job-backoff-limit -d 'Start the orchestrator pod anew this often [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l pod-stop-grace-period -d 'Give a step this many seconds to end when it is stopped [default: 30]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l pod-startup-timeout -d 'Fail a step whose pod has not started after this many seconds' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l pod-failure-policy -d 'Say what failed pods of steps mean, as a podFailurePolicy does' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l fail-on-container-waiting-reasons -d 'Fail a step whose container waits for one of these reasons [default: InvalidImageName,ErrImagePull,ImagePullBackOff,CreateContainerConfigError]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l parallel-step-startup-waiting-period -d 'Wait this long between two starts of steps' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l api-request-timeout -d 'Give the API server this many seconds for a request' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l max-api-retries -d 'Repeat a failed request this often [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l concurrency-policy -d 'Say what a schedule does while its last run goes on' -r -f -a "Allow\t''
Forbid\t''
Replace\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l starting-deadline-seconds -d 'Skip a scheduled run that is this late' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l successful-jobs-history-limit -d 'Keep this many succeeded Jobs of a schedule' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l failed-jobs-history-limit -d 'Keep this many failed Jobs of a schedule' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -l no-verify -d 'Do not ask the cluster whether the connector works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l name -d 'Give it this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l remove-attr -d 'Take this configuration key away, so that its default holds (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l kubernetes-context -d 'Use this kubeconfig context where no connector is linked' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l incluster -d 'Use the credentials of the pod that the command runs in [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l kubernetes-namespace -d 'Run pipelines in this namespace [default: zenml]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l orchestrator-image -d 'Run this image as the orchestrator' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l service-account-name -d 'Run the orchestrator pod as this ServiceAccount [default: zenml-service-account]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l step-pod-service-account-name -d 'Run step pods as this ServiceAccount' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l pod-settings -d 'Shape the step pods: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l orchestrator-pod-settings -d 'Shape the orchestrator pod: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l pod-security -d 'Make step pods fit this level of PodSecurity' -r -f -a "restricted\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l privileged -d 'Run steps as privileged containers [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l gpu-resource-name -d 'Count GPUs in this resource [default: nvidia.com/gpu]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l job-name-prefix -d 'Begin the names of step pods with this' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l queue-name -d 'Queue runs in this LocalQueue of Kueue' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l synchronous -d 'Wait for a run\'s end after submitting it [default: true]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l max-parallelism -d 'Run at most this many steps of a run at once' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l active-deadline-seconds -d 'Stop a run after this many seconds' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l ttl-seconds-after-finished -d 'Delete a run this many seconds after its end' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l orchestrator-job-backoff-limit -d 'Start the orchestrator pod anew this often [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l pod-stop-grace-period -d 'Give a step this many seconds to end when it is stopped [default: 30]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l pod-startup-timeout -d 'Fail a step whose pod has not started after this many seconds' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l pod-failure-policy -d 'Say what failed pods of steps mean, as a podFailurePolicy does' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l fail-on-container-waiting-reasons -d 'Fail a step whose container waits for one of these reasons [default: InvalidImageName,ErrImagePull,ImagePullBackOff,CreateContainerConfigError]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l parallel-step-startup-waiting-period -d 'Wait this long between two starts of steps' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l api-request-timeout -d 'Give the API server this many seconds for a request' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l max-api-retries -d 'Repeat a failed request this often [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l concurrency-policy -d 'Say what a schedule does while its last run goes on' -r -f -a "Allow\t''
Forbid\t''
Replace\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l starting-deadline-seconds -d 'Skip a scheduled run that is this late' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l successful-jobs-history-limit -d 'Keep this many succeeded Jobs of a schedule' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -l failed-jobs-history-limit -d 'Keep this many failed Jobs of a schedule' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from connect" -l connector -d 'Link it to this connector' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from connect" -l resource-id -d 'Link it to this resource of the connector [default: its only one]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from connect" -s i -l interactive -d 'Try every connector, list those that work, and ask which to link'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from connect" -l no-verify -d 'Do not ask the cluster whether the connector works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "register" -d 'Register an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the orchestrators'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show an orchestrator in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Link an orchestrator to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Unlink an orchestrator from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand orchestrator; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "register" -d 'Register a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "list" -d 'List the deployers'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "describe" -d 'Show a deployer in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "update" -d 'Change a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "delete" -d 'Delete a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "connect" -d 'Link a deployer to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "disconnect" -d 'Unlink a deployer from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and not __fish_seen_subcommand_from register list describe update delete connect disconnect help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l flavor -d 'Register a component of this flavor; there is only `kubernetes`' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l connector -d 'Link it to this connector' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l resource-id -d 'Link it to this resource of the connector [default: its only one]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l kubernetes-context -d 'Use this kubeconfig context where no connector is linked' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l incluster -d 'Use the credentials of the pod that the command runs in [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l kubernetes-namespace -d 'Deploy services in this namespace [default: zenml-deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l service-type -d 'Publish services in this way [default: ClusterIP]' -r -f -a "ClusterIP\t''
NodePort\t''
LoadBalancer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l service-port -d 'Expose this port of the container [default: 8000]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l node-port -d 'Use this port of the nodes' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l session-affinity -d 'Send a client to the same pod each time' -r -f -a "ClientIP\t''
None\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l load-balancer-ip -d 'Ask for this address of the load balancer' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l load-balancer-source-ranges -d 'Let only these CIDR ranges in' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l service-annotations -d 'Annotate the Service' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-enabled -d 'Create an Ingress [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-class -d 'Use this class of ingress controller' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-host -d 'Answer for this host' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-path -d 'Answer below this path [default: /]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-path-type -d 'Match the path in this way [default: Prefix]' -r -f -a "Prefix\t''
Exact\t''
ImplementationSpecific\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-tls-enabled -d 'Serve HTTPS [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-tls-secret-name -d 'Take the certificate from this Secret' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l ingress-annotations -d 'Annotate the Ingress' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l image-pull-policy -d 'Pull images in this case [default: IfNotPresent]' -r -f -a "IfNotPresent\t''
Always\t''
Never\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l image-pull-secrets -d 'Pull images with these Secrets' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l command -d 'Replace the image\'s entrypoint' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l args -d 'Replace the image\'s arguments' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l readiness-probe-path -d 'Ask this path whether a pod may get traffic [default: /api/health]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l readiness-probe-initial-delay -d 'Wait this many seconds before the first question [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l readiness-probe-period -d 'Ask every so many seconds [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l readiness-probe-timeout -d 'Wait this many seconds for the answer [default: 5]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l readiness-probe-failure-threshold -d 'Count this many failures in a row [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l liveness-probe-path -d 'Ask this path whether a pod must be restarted [default: /api/health]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l liveness-probe-initial-delay -d 'Wait this many seconds before the first question [default: 30]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l liveness-probe-period -d 'Ask every so many seconds [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l liveness-probe-timeout -d 'Wait this many seconds for the answer [default: 5]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l liveness-probe-failure-threshold -d 'Count this many failures in a row [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l replicas -d 'Run this many pods [default: 1]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l generate-auth-key -d 'Make a key that callers must send [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l service-account-name -d 'Run pods as this ServiceAccount' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l create-service-account -d 'Create that ServiceAccount [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l service-account-role -d 'Bind that ServiceAccount to this role' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l labels -d 'Label every object' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l annotations -d 'Annotate every object' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l pod-settings -d 'Shape the pods: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l pod-security -d 'Make pods fit this level of PodSecurity' -r -f -a "restricted\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l additional-resources -d 'Apply the objects in these files, too' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l strict-additional-resources -d 'Fail where such a file cannot be read [default: true]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l atomic -d 'Restore the last revision where a rollout fails [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l lcm-timeout -d 'Wait this many seconds for a rollout [default: 600]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l wait-for-load-balancer-timeout -d 'Wait this many seconds for a load balancer [default: 150]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -l no-verify -d 'Do not ask the cluster whether the connector works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l name -d 'Give it this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l remove-attr -d 'Take this configuration key away, so that its default holds (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l kubernetes-context -d 'Use this kubeconfig context where no connector is linked' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l incluster -d 'Use the credentials of the pod that the command runs in [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l kubernetes-namespace -d 'Deploy services in this namespace [default: zenml-deployments]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l service-type -d 'Publish services in this way [default: ClusterIP]' -r -f -a "ClusterIP\t''
NodePort\t''
LoadBalancer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l service-port -d 'Expose this port of the container [default: 8000]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l node-port -d 'Use this port of the nodes' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l session-affinity -d 'Send a client to the same pod each time' -r -f -a "ClientIP\t''
None\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l load-balancer-ip -d 'Ask for this address of the load balancer' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l load-balancer-source-ranges -d 'Let only these CIDR ranges in' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l service-annotations -d 'Annotate the Service' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-enabled -d 'Create an Ingress [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-class -d 'Use this class of ingress controller' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-host -d 'Answer for this host' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-path -d 'Answer below this path [default: /]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-path-type -d 'Match the path in this way [default: Prefix]' -r -f -a "Prefix\t''
Exact\t''
ImplementationSpecific\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-tls-enabled -d 'Serve HTTPS [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-tls-secret-name -d 'Take the certificate from this Secret' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l ingress-annotations -d 'Annotate the Ingress' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l image-pull-policy -d 'Pull images in this case [default: IfNotPresent]' -r -f -a "IfNotPresent\t''
Always\t''
Never\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l image-pull-secrets -d 'Pull images with these Secrets' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l command -d 'Replace the image\'s entrypoint' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l args -d 'Replace the image\'s arguments' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l readiness-probe-path -d 'Ask this path whether a pod may get traffic [default: /api/health]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l readiness-probe-initial-delay -d 'Wait this many seconds before the first question [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l readiness-probe-period -d 'Ask every so many seconds [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l readiness-probe-timeout -d 'Wait this many seconds for the answer [default: 5]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l readiness-probe-failure-threshold -d 'Count this many failures in a row [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l liveness-probe-path -d 'Ask this path whether a pod must be restarted [default: /api/health]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l liveness-probe-initial-delay -d 'Wait this many seconds before the first question [default: 30]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l liveness-probe-period -d 'Ask every so many seconds [default: 10]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l liveness-probe-timeout -d 'Wait this many seconds for the answer [default: 5]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l liveness-probe-failure-threshold -d 'Count this many failures in a row [default: 3]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l replicas -d 'Run this many pods [default: 1]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l generate-auth-key -d 'Make a key that callers must send [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l service-account-name -d 'Run pods as this ServiceAccount' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l create-service-account -d 'Create that ServiceAccount [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l service-account-role -d 'Bind that ServiceAccount to this role' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l labels -d 'Label every object' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l annotations -d 'Annotate every object' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l pod-settings -d 'Shape the pods: YAML or JSON, or @FILE' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l pod-security -d 'Make pods fit this level of PodSecurity' -r -f -a "restricted\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l additional-resources -d 'Apply the objects in these files, too' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l strict-additional-resources -d 'Fail where such a file cannot be read [default: true]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l atomic -d 'Restore the last revision where a rollout fails [default: false]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l lcm-timeout -d 'Wait this many seconds for a rollout [default: 600]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -l wait-for-load-balancer-timeout -d 'Wait this many seconds for a load balancer [default: 150]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from connect" -l connector -d 'Link it to this connector' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from connect" -l resource-id -d 'Link it to this resource of the connector [default: its only one]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from connect" -s i -l interactive -d 'Try every connector, list those that work, and ask which to link'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from connect" -l no-verify -d 'Do not ask the cluster whether the connector works'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "register" -d 'Register a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the deployers'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a deployer in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Link a deployer to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Unlink a deployer from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand deployer; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "register" -d 'Register a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "list" -d 'List the stacks'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "describe" -d 'Show a stack in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "set" -d 'Make a stack the active one'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "update" -d 'Change a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "delete" -d 'Delete a stack; its components stay'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and not __fish_seen_subcommand_from register list describe set update delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from register" -l orchestrator -d 'Run pipelines with this orchestrator' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from register" -s D -l deployer -d 'Deploy services with this deployer' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from register" -l set -d 'Make it the active stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from register" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from list" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from describe" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from update" -l name -d 'Give it this name' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from update" -l orchestrator -d 'Run pipelines with this orchestrator' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from update" -s D -l deployer -d 'Deploy services with this deployer' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from update" -l remove -d 'Take its component of this kind out (can be repeated)' -r -f -a "orchestrator\t''
deployer\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "register" -d 'Register a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the stacks'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show a stack in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "set" -d 'Make a stack the active one'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a stack; its components stay'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand stack; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and not __fish_seen_subcommand_from export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -l binary -d 'Pack this static Linux build of kubectl-zenml instead of the running program' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -s o -l output -d 'Write the tarball here; - is standard output' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -l name -d 'Name the image' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator deployer help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator deployer help" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator deployer help" -f -a "deployer" -d 'Print the ServiceAccount, Role and RoleBinding of a deployer, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and not __fish_seen_subcommand_from orchestrator deployer help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from orchestrator" -s n -l namespace -d 'For this namespace' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from orchestrator" -l with -d 'With the account and the rights of whoever submits runs: submit' -r -f -a "submit\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from orchestrator" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from deployer" -s n -l namespace -d 'For this namespace' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from deployer" -l with -d 'With what these features need: account, events, hpa, ingress, invoke, logs, namespaces, nodes, pdb, rollback, url' -r -f -a "account\t''
events\t''
hpa\t''
ingress\t''
invoke\t''
logs\t''
namespaces\t''
nodes\t''
pdb\t''
rollback\t''
url\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from deployer" -l auth-key-of -d 'Let invoke read the auth key of this deployment (can be repeated)' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from deployer" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from help" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from help" -f -a "deployer" -d 'Print the ServiceAccount, Role and RoleBinding of a deployer, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand rbac; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and not __fish_seen_subcommand_from pipeline service help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and not __fish_seen_subcommand_from pipeline service help" -f -a "pipeline" -d 'Print the schema of pipeline files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and not __fish_seen_subcommand_from pipeline service help" -f -a "service" -d 'Print the schema of service files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and not __fish_seen_subcommand_from pipeline service help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and __fish_seen_subcommand_from pipeline" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and __fish_seen_subcommand_from service" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "pipeline" -d 'Print the schema of pipeline files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "service" -d 'Print the schema of service files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -f -a "refresh" -d 'Renew a connector\'s credential now'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -f -a "status" -d 'Show each connector\'s credential: its end, its last use and its last error'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -f -a "audit" -d 'Show who asked for which credential, and what became of that'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and not __fish_seen_subcommand_from get refresh status audit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from get" -l show-secrets -d 'Print the credential although standard output is a terminal'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from status" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from audit" -l since -d 'Show only those of this last time, such as 30m or 24h' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from audit" -l tail -d 'Show only so many, the newest' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from audit" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from audit" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "refresh" -d 'Renew a connector\'s credential now'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show each connector\'s credential: its end, its last use and its last error'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "audit" -d 'Show who asked for which credential, and what became of that'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand credential; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "unlock" -d 'Make the key available for a while'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "lock" -d 'Take the kernel\'s copy of the key away'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "rekey" -d 'Seal every credential under a new key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "move" -d 'Let another holder hold the key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "destroy" -d 'Destroy the key, and with it every sealed credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and not __fish_seen_subcommand_from init status unlock lock rekey move destroy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l holder -d 'Let this hold the key' -r -f -a "os\t'The operating system\'s keyring'
key-file\t'A file that only you may read'
passphrase\t'Whoever knows the passphrase; needs the kernel\'s cache'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l key-file -d 'Create the key file here [default: vault.key beside the vault]' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l systemd-credential -d 'Let the key be in the file of this name in `$CREDENTIALS_DIRECTORY`, where systemd puts it for a service' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l passphrase-file -d 'Read the passphrase from this file, or with - from standard input, instead of asking for it' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l cache-seconds -d 'Keep the key of an `os` or `passphrase` vault in the kernel for this many seconds; 0 turns that off [default: 28800]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l audit -d 'Note in the audit log who asks for which credential [default: true]' -r -f -a "true\t''
false\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l deadline -d 'Keep a client that asks for a credential waiting no longer than this [default: 10s]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -l plugin-deadline -d 'The same where the credential comes from another exec plugin [default: 60s]' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from status" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from unlock" -l passphrase-file -d 'Read the vault\'s passphrase from this file, or with - from standard input, instead of asking for it' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from unlock" -l cache -d 'Let the kernel keep the key for this long, such as 30m or 8h, instead of for as long as the vault\'s settings say' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from unlock" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from lock" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l passphrase-file -d 'Read the vault\'s passphrase from this file, or with - from standard input, instead of asking for it' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from rekey" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l holder -d 'Let this hold the key' -r -f -a "os\t'The operating system\'s keyring'
key-file\t'A file that only you may read'
passphrase\t'Whoever knows the passphrase; needs the kernel\'s cache'"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l key-file -d 'Create the key file here [default: vault.key beside the vault]' -r -F
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l systemd-credential -d 'Let the key be in the file of this name in `$CREDENTIALS_DIRECTORY`, where systemd puts it for a service' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l passphrase-file -d 'Read the vault\'s passphrase from this file, or with - from standard input, instead of asking for it' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l new-passphrase-file -d 'Read the new passphrase from this file, or with - from standard input, instead of asking for it' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -l cache-seconds -d 'From now on keep the key in the kernel for this many seconds; 0 turns that off' -r
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from destroy" -s y -l yes -d 'Do not ask'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from destroy" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "unlock" -d 'Make the key available for a while'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "lock" -d 'Take the kernel\'s copy of the key away'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "rekey" -d 'Seal every credential under a new key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "move" -d 'Let another holder hold the key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "destroy" -d 'Destroy the key, and with it every sealed credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand vault; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand doctor" -s o -l output -d 'Print as table, wide, json, yaml, name or jsonpath=PATH' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
jsonpath=\t''"
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand doctor" -l offline -d 'Ask no cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand version" -s h -l help -d 'Print help'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "register" -d 'Register a connector from a kubeconfig context, or from flags'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "connector" -d 'Manage connectors: a cluster\'s address and a credential for it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "submit" -d 'Run a pipeline, each step as a pod, in the order of its graph'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "pipeline" -d 'Check pipeline files, and print their graphs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "deploy" -d 'Deploy a service, and wait until it serves'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "deployment" -d 'List, describe, call, change and delete deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "run" -d 'List, watch, stop and delete runs, and print their logs'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "orchestrator" -d 'Manage orchestrators: where pipelines run'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "deployer" -d 'Manage deployers: where services are deployed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "stack" -d 'Manage stacks: which orchestrator and which deployer are used'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "image" -d 'Export the orchestrator\'s image'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "rbac" -d 'Print the rights that the orchestrator or a deployer needs, as YAML'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "schema" -d 'Print the JSON schema of a file, for editors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "credential" -d 'Answer Kubernetes clients that ask for a credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "vault" -d 'Manage the vault that keeps secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "doctor" -d 'Check the vault, the logins, kubectl\'s settings and the clocks, and name what mends what is wrong'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "completion" -d 'Print a completion script'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "version" -d 'Print the version'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and not __fish_seen_subcommand_from register login logout verify connector submit pipeline deploy deployment run orchestrator deployer stack image rbac schema credential vault doctor completion version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "register" -d 'Register a connector from a kubeconfig context, or from flags'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "list" -d 'List the registered connectors'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "describe" -d 'Show one connector in full, without its secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "update" -d 'Change a connector, having tried on its cluster what is new'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "rename" -d 'Give a connector another name'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "delete" -d 'Delete a connector and its sealed secret'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "verify" -d 'Check that a connector works, and what it may do on its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "login" -d 'Write a kubeconfig context that gets its credential from a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "logout" -d 'Remove the kubeconfig context of a connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "list-resources" -d 'List what the connectors give access to, as their clusters say'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "restrict" -d 'Make a connector that may do less: one that hands out only a ServiceAccount\'s short-lived tokens'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "seal" -d 'Take the secrets of contexts out of the kubeconfig and into the vault'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "unseal" -d 'Put the secrets that `seal` has taken out of the kubeconfig back'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "list-types" -d 'List the types of connectors that there are'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from connector" -f -a "describe-type" -d 'Describe a type of connector: its auth methods, their fields, and what the cluster must allow'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from pipeline" -f -a "validate" -d 'Check pipeline files, and print every mistake with its place'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from pipeline" -f -a "graph" -d 'Print the graph of a pipeline\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "list" -d 'List deployments'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "describe" -d 'Show a deployment, its pods, and what is wrong with them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "status" -d 'Wait for a rollout, and say how it stands'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "logs" -d 'Print the logs of a deployment\'s pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "events" -d 'List what the cluster said about a deployment\'s objects'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "url" -d 'Print where a deployment can be reached'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "invoke" -d 'Call a deployment, and print its answer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "port-forward" -d 'Open a deployment\'s port on this machine'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "scale" -d 'Set the number of pods'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "restart" -d 'Replace all pods, a few at a time'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "history" -d 'List the revisions that can be gone back to'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "rollback" -d 'Go back to an earlier revision'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployment" -f -a "delete" -d 'Delete deployments with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "list" -d 'List runs, newest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "describe" -d 'Show a run, its steps, and why they failed'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "watch" -d 'Watch a run until it ends, as a tree on a terminal; exits as the run ends'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "logs" -d 'Print the logs of a run\'s steps'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "events" -d 'Print what the cluster said about a run\'s objects, oldest first'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "graph" -d 'Print the graph of a run\'s steps with their states'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "export" -d 'Print everything that is known of a run as one document, without secrets'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "stop" -d 'End runs: delete the pods of their steps, begin no other'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "suspend" -d 'Begin no further step; what runs goes on'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "resume" -d 'Go on with runs that were suspended or stopped'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "retry" -d 'Try a run again: what did not succeed, and with --from a step and all after it'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "attach" -d 'Come back to a run and wait for its end; an attached one that was interrupted is driven on from here'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "delete" -d 'Delete runs with everything that belongs to them'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from run" -f -a "prune" -d 'Delete the runs that have ended, and what interrupted submissions left'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "register" -d 'Register an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "list" -d 'List the orchestrators'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "describe" -d 'Show an orchestrator in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "update" -d 'Change an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "delete" -d 'Delete an orchestrator'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "connect" -d 'Link an orchestrator to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from orchestrator" -f -a "disconnect" -d 'Unlink an orchestrator from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "register" -d 'Register a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "list" -d 'List the deployers'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "describe" -d 'Show a deployer in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "update" -d 'Change a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "delete" -d 'Delete a deployer'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "connect" -d 'Link a deployer to the connector of its cluster'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from deployer" -f -a "disconnect" -d 'Unlink a deployer from its connector'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "register" -d 'Register a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "list" -d 'List the stacks'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "describe" -d 'Show a stack in full'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "set" -d 'Make a stack the active one'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "update" -d 'Change a stack'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from stack" -f -a "delete" -d 'Delete a stack; its components stay'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from image" -f -a "export" -d 'Write the orchestrator\'s image to a tarball, without Docker'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from rbac" -f -a "orchestrator" -d 'Print the ServiceAccount, Role and RoleBinding of the orchestrator pod, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from rbac" -f -a "deployer" -d 'Print the ServiceAccount, Role and RoleBinding of a deployer, for `kubectl apply -f -`'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "pipeline" -d 'Print the schema of pipeline files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "service" -d 'Print the schema of service files'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from credential" -f -a "get" -d 'Answer a Kubernetes client that asks for a connector\'s credential'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from credential" -f -a "refresh" -d 'Renew a connector\'s credential now'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from credential" -f -a "status" -d 'Show each connector\'s credential: its end, its last use and its last error'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from credential" -f -a "audit" -d 'Show who asked for which credential, and what became of that'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "init" -d 'Create the vault and its key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "status" -d 'Show where the key is held and whether it can be had, without unlocking anything'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "unlock" -d 'Make the key available for a while'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "lock" -d 'Take the kernel\'s copy of the key away'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "rekey" -d 'Seal every credential under a new key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "move" -d 'Let another holder hold the key'
complete -c kubectl-zenml -n "__fish_kubectl_zenml_using_subcommand help; and __fish_seen_subcommand_from vault" -f -a "destroy" -d 'Destroy the key, and with it every sealed credential'

# Shared by the scripts of the test rig; sourced, never run. Everything that could collide with something else on
# the machine (addresses, ports, paths) is named here and nowhere else.
# shellcheck shell=bash disable=SC2034,SC2154

# The callers may run with an almost empty environment, and system tools live in sbin, which users often lack.
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
# Neither a developer's kubeconfig nor a proxy may come between the rig and its own cluster.
unset KUBECONFIG
umask 077

rig_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache_dir=${KUBECTL_ZENML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-zenml-rig}

# One cluster per network namespace: its addresses and ports belong to that namespace. The path is short because
# sockets lie below it, and the path of a socket has at most 107 characters.
cluster_id=$(stat -L -c %i /proc/self/ns/net)
state_dir=${KUBECTL_ZENML_CLUSTER_DIR:-/tmp/kubectl-zenml-cluster-$cluster_id}

# The name of what this cluster has outside of its state directory: its cgroup and its pod network.
cgroup=kubectl-zenml-$cluster_id
cgroup_mounts() { awk '{ for (i = 7; $i != "-"; i++); if ($(i + 1) ~ /^cgroup2?$/) print $5 }' /proc/self/mountinfo; }

# The node's bridge: pods get addresses of this /16, the node has its first one. Every server of the rig listens
# there or on loopback, so nothing outside this machine reaches it.
bridge=kz0
pod_prefix=${KUBECTL_ZENML_POD_PREFIX:-10.88}
node_ip=$pod_prefix.0.1
pod_cidr=$pod_prefix.0.0/16
service_cidr=10.96.0.0/16
node_name=node1
# Not the usual ports of any of these programs, and below the range of ephemeral ports.
port_apiserver=26443
port_kubelet=27250
port_etcd=27379
port_etcd_peer=27380
port_proxy_metrics=27249
port_proxy_health=27256
server=https://$node_ip:$port_apiserver
export NO_PROXY="${NO_PROXY:+$NO_PROXY,}$node_ip,127.0.0.1" no_proxy="${no_proxy:+$no_proxy,}$node_ip,127.0.0.1"

built_names=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)
# Started in this order, stopped in the reverse.
components=(etcd containerd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)

say() { echo "${0##*/}: $*" >&2; }
die() { say "$@"; exit 1; }
need_root() { [ "$(id -u)" = 0 ] || die "must be root: a kubelet makes cgroups, mounts and network interfaces"; }

# Go 1.26 and no other: with 1.27 the API server serves a malformed /openapi/v2, and 1.25 is older than the module asks
# for. Looks at `go` and at the side-by-side go1.26.N of golang.org/dl; prints the command.
find_go() {
    local go
    for go in go $(compgen -c go1.26. | sort -u) "$(command -v go >/dev/null && cd / && go env GOPATH)"/bin/go1.26.*; do
        command -v "$go" >/dev/null || continue
        case "$(cd / && "$go" env GOVERSION 2>/dev/null)" in go1.26|go1.26.*) echo "$go"; return 0 ;; esac
    done
    return 1
}

# Prints the directory of the built programs: what is built depends on go.sum and on the compiler, and on nothing else.
bin_dir() {
    local go key
    go=$(find_go) || die "needs Go 1.26: see tests/needs go"
    key=$({ cat "$rig_dir/go.sum"; cd / && "$go" env GOVERSION GOARCH; } | sha256sum | cut -c1-12)
    echo "$cache_dir/bin-$key"
}

# The path of a program: one that the developer brought (the convention of envtest) before the one that was built.
program() {
    if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$KUBEBUILDER_ASSETS/$1" ]; then echo "$KUBEBUILDER_ASSETS/$1"
    elif [ "$1" = etcd ]; then command -v etcd || die "needs etcd: see tests/needs cluster"
    else echo "${built_dir:-$(bin_dir)}/$1"; fi
}

cni_bin_dir() {
    local dir
    for dir in /usr/lib/cni /opt/cni/bin /usr/libexec/cni; do
        if [ -x "$dir/bridge" ] && [ -x "$dir/portmap" ] && [ -x "$dir/host-local" ]; then echo "$dir"; return 0; fi
    done
    return 1
}

# Takes the lock of this cluster as descriptor 9. `down` removes the file, so whoever waited must check that the file it
# locked is still the one that is there.
take_lock() {
    while :; do
        [ ! -L "$state_dir.lock" ] || die "$state_dir.lock is a symbolic link"
        exec 9>>"$state_dir.lock"
        flock -w 300 9 || die "another tests/cluster script has held $state_dir.lock for 300 s"
        if [ "$state_dir.lock" -ef /proc/self/fd/9 ]; then return 0; fi
    done
}

# /tmp is everybody's: a directory of that name that somebody else made is not ours to trust.
own_state_dir() { [ -d "$state_dir" ] && [ ! -L "$state_dir" ] && [ -O "$state_dir" ]; }

admin() { "$state_dir/bin/kubectl" --kubeconfig "$state_dir/kubeconfig/admin.yaml" --request-timeout=5s "$@"; }

# A process is known by its id and the time it started: the id alone may be another process by now.
start_time() {
    local stat fields
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # The name of the program comes before these in parentheses and may hold anything.
    read -ra fields <<<"${stat##*) }"
    [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}
running() {
    local pid started
    read -r pid started 2>/dev/null <"$state_dir/pid/$1" && [ "$(start_time "$pid")" = "$started" ]
}

# start NAME COMMAND…: its own session, log and clean environment, and none of our descriptors: it outlives this script and
# must hold neither the caller's pipe nor our lock open.
start() {
    local name=$1 pid
    shift
    (
        cd /
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
        done
        # The kubelet and the runtime make directories in containers, which their users must be able to enter.
        umask 022
        exec setsid env -i HOME="$state_dir" PATH="$PATH" "$@"
    ) </dev/null >"$state_dir/log/$name" 2>&1 &
    pid=$!
    echo "$pid $(start_time "$pid")" >"$state_dir/pid/$name"
}

# wait_for SECONDS COMPONENT WHAT COMMAND…: bounded; says what it waited for, and shows the log of that component or of the
# one that has ended, which is then why.
wait_for() {
    local end=$((SECONDS + $1)) component=$2 what=$3 name why=
    shift 3
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ]; then why="not within the time allowed"; fi
        for name in "${components[@]}"; do
            if [ -e "$state_dir/pid/$name" ] && ! running "$name"; then why="$name has ended" component=$name; break; fi
        done
        if [ -n "$why" ]; then
            say "waited for $what: $why. The end of $state_dir/log/$component:"
            tail -n 20 "$state_dir/log/$component" >&2
            exit 1
        fi
        sleep 0.1
    done
}

# Up means: every process that we started still runs, the API server is ready and so is the node.
healthy() {
    local name
    own_state_dir && [ -e "$state_dir/complete" ] || return 1
    if [ ! -e "$state_dir/adopted" ]; then
        for name in "${components[@]}"; do running "$name" || return 1; done
        [ "$(admin get node "$node_name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ] || return 1
    fi
    [ "$(admin get --raw /readyz 2>/dev/null)" = ok ]
}

# A cluster that other scripts or programs made is not the one that this checkout means, however well it is.
fingerprint() { find "$rig_dir" -maxdepth 1 -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-16; }
current() { [ -e "$state_dir/adopted" ] || [ "$(cat "$state_dir/complete")" = "$(fingerprint)" ]; }

# kubeconfig FILE CONTEXT NAMESPACE USER-LINES…: cluster_lines holds the server and its certificate authority.
kubeconfig() {
    local file=$state_dir/kubeconfig/$1 context=$2 namespace=$3 line
    shift 3
    {
        printf '%s\n' 'apiVersion: v1' 'kind: Config' 'clusters:' '- name: rig' '  cluster:'
        for line in "${cluster_lines[@]}"; do echo "    $line"; done
        printf '%s\n' 'users:' "- name: $context" '  user:'
        for line in "$@"; do echo "    $line"; done
        printf '%s\n' 'contexts:' "- name: $context" '  context:' '    cluster: rig' "    user: $context"
        if [ -n "$namespace" ]; then echo "    namespace: $namespace"; fi
        echo "current-context: $context"
    } >"$file"
}
b64() { base64 -w0 "$1"; }

# bash completion for kubectl-zenml: the program itself says what can follow.
_kubectl_zenml() {
    local line word typed flag kept before rest=$COMP_LINE words=()
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        before=${rest%%"$word"*}
        rest=${rest#*"$word"}
        if [[ -z $word || ${#words[@]} == 0 || $before == *[[:blank:]]* ]]; then
            words+=("$word")
        else
            words[${#words[@]}-1]+=$word
        fi
    done
    word=${words[${#words[@]}-1]}
    typed=${COMP_WORDS[COMP_CWORD]} flag='' COMPREPLY=()
    [[ $typed == [=:] ]] && typed=''
    [[ $word == -*=* ]] && flag=${word%%=*}=
    kept=${word%"$typed"}
    while IFS= read -r line; do
        case $line in
            :0) compopt -o default ;;
            :6) compopt -o nospace ;;
            :*) ;;
            *) line=$flag${line%%$'\t'*} COMPREPLY+=("${line#"$kept"}") ;;
        esac
    done < <("$1" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _kubectl_zenml kubectl-zenml

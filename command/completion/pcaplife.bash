# bash completion for pcaplife. Its words, and the options of each of them, are those of its own --help, so that none is
# missing here.
#
# SPDX-License-Identifier: GPL-2.0-or-later

_pcaplife() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} help option word=() words=() options=() taking=() option_re='^ +(-(.), )?(--[a-z-]+)(=([^ ]+))?'

    # bash parts --option=value into three words.
    if [[ $before == = && $COMP_CWORD -gt 2 ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $current == = ]]; then
        current=
    fi
    [[ $COMP_CWORD -lt 2 || ! ${COMP_WORDS[1]} =~ ^[a-z]+$ ]] || word=("${COMP_WORDS[1]}")
    while IFS= read -r help; do
        if [[ $help =~ $option_re ]]; then
            option=${BASH_REMATCH[3]}
            options+=("$option")
            [[ -z ${BASH_REMATCH[4]} ]] || taking+=(" $option ${BASH_REMATCH[2]:+-${BASH_REMATCH[2]} }=${BASH_REMATCH[5]}")
        elif [[ $help =~ ^\ \ ([a-z]+)\ \  ]]; then
            words+=("${BASH_REMATCH[1]}")
        fi
    done < <("$program" "${word[@]}" --help 2>/dev/null)

    COMPREPLY=()
    for option in "${taking[@]}"; do
        [[ $option == *" $before "* ]] || continue
        # A file's name is wanted, or something that nobody can guess.
        [[ $option != *=FILE && $option != *=FOLDER ]] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
        return
    done
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${options[*]}" -- "$current")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    [[ $COMP_CWORD != 1 ]] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
    compopt -o filenames 2>/dev/null
} && complete -F _pcaplife pcaplife

# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by `installer`, with its helpers and what is installed there: the stories of an orchestrator with an account of its own. They need a
# schtasks.exe that only notes what it is told, for wine's starts, disables and enables nothing.
story 'an account of its own; its password from a file, and in no log'
printf 'p\303\244ss "word\\\r\nno more\r\n' > "$work/password"
scheduler=$WINEPREFIX/drive_c/windows/system32/schtasks.exe
mv "$scheduler" "$work/schtasks.exe" # wine's starts no task; this one only notes what it is told
cp "$standin" "$scheduler"
noting() { WINEDLLOVERRIDES="$WINEDLLOVERRIDES;schtasks.exe=n" setup "$work/newer.exe" "$@"; }
rm -f "$noted" "$tasks/DTF orchestrator"
with_account() { # wine tells what its Task Scheduler is asked
    WINEDEBUG='-all,trace+taskschd,trace+process' noting /AUTOSTART=1 '/ACCOUNT=CORP\svc dtf' "$@"
}
with_account
same 'exit code without a password' 14 "$status"
told '/ACCOUNT=CORP\svc dtf needs /PASSWORDFILE='
gone "$tasks/DTF orchestrator" "$noted"
told 'icacls C:\ProgramData\DTF\orchestrator /remove:g "*S-1-5-20" -> 0'
told 'icacls C:\ProgramData\DTF /remove:g "*S-1-5-20" -> 0'
with_account "/PASSWORDFILE=$(wine_path "$work/password")"
told 'TaskFolder_RegisterTask'
told '{VT_BSTR: L"CORP\\svc dtf"}'
told '{VT_BSTR: L"p\00e4ss \"word\\"}'
grep -q 'CreateProcess.*dtf-task.exe' <<<"$output" || bad 'no command line was seen'
! grep 'CreateProcess.*ss ..word' <<<"$output" || bad 'the password is on a command line'
there "$tasks/DTF orchestrator"
same 'what schtasks is told' '/Run|/TN|DTF orchestrator' "$(paste -sd'|' "$noted")"
same 'exit code: it does not run' 14 "$status"
told 'Log on as a batch job'
told 'CORP\svc dtf lacks'
told 'icacls C:\ProgramData\DTF\orchestrator /grant:r "CORP\svc dtf:(OI)(CI)M" -> 0'
same 'account' 'CORP\svc dtf' "$(task orchestrator /Task/Principals/Principal/UserId)"
same 'log-on' Password "$(task orchestrator /Task/Principals/Principal/LogonType)"
untold 'ss "word'
untold_now '/remove:g' # it is the account that it was

story 'another account without its password: the task, its account and the rights stay'
noting '/ACCOUNT=CORP\third'
same 'exit code' 14 "$status"
told 'still runs as CORP\svc dtf: /ACCOUNT=CORP\third needs /PASSWORDFILE='
told 'icacls C:\ProgramData\DTF\orchestrator /remove:g "CORP\third" -> 0'
told 'icacls C:\ProgramData\DTF /remove:g "CORP\third" -> 0'
untold_now '/remove:g "CORP\svc dtf"'
same 'account' 'CORP\svc dtf' "$(registry 'Software\DTF Orchestration' Account)"

story 'which tasks are to be enabled again is known before they are disabled, and until they are'
rm "$noted"
echo /ENABLE > "$refusal"
noting
same 'exit code' 14 "$status"
told 'the task DTF orchestrator could not be enabled again'
change='/Change|/TN|DTF orchestrator'
same 'what schtasks is told' "$change|/DISABLE|remembered: orchestrator|$change|/ENABLE|remembered: orchestrator|/Run|/TN|DTF orchestrator" "$(paste -sd'|' "$noted")"
remembered orchestrator
rm "$noted" "$refusal"
silence orchestrator
noting
same 'exit code' 0 "$status"
grep -qx /ENABLE "$noted" || bad 'the task is not enabled again'
remembered ''

story 'disabled by somebody, and registered anew with its password: it stays disabled, and nobody waits for it'
rm "$noted"
with_account "/PASSWORDFILE=$(wine_path "$work/password")"
same 'exit code' 0 "$status"
told 'task DTF orchestrator registered -> 0'
gone "$noted"
is_enabled orchestrator
same 'the task' 3 $?
mv "$work/schtasks.exe" "$scheduler"

story "the password's file in every encoding that Notepad and PowerShell write; wine tells what reaches Task Scheduler"
register() { # register FILE: with what it holds as password
    output=$(WINEDEBUG='-all,trace+taskschd' wine "$build/bin/dtf-task.exe" 'DTF probe' 'C:\Program Files\DTF test\dtf-orchestrator.xml' 'CORP\svc' "$(wine_path "$1")" 2>&1)
    status=$?
}
printf '\r\n' > "$work/empty"
printf 'word' | iconv -f utf-8 -t utf-16le > "$work/unmarked"
for file in empty unmarked missing; do
    register "$work/$file"
    same "$file: exit code" 1 "$status"
    told "the password's file"
    gone "$tasks/DTF probe"
done
text=$(printf 'p\303\244ss \342\202\254 w\303\266rd')
printf '%s\r\nno more\r\n' "$text" > "$work/utf8"
{ printf '\357\273\277' && cat "$work/utf8"; } > "$work/utf8-marked"
{ printf '\377\376' && iconv -f utf-8 -t utf-16le "$work/utf8"; } > "$work/utf16"
iconv -f utf-8 -t cp1252 "$work/utf8" > "$work/ansi"
printf %s "$text" > "$work/without-end"
for file in utf8 utf8-marked utf16 ansi without-end; do
    register "$work/$file"
    same "$file: exit code" 0 "$status"
    told '{VT_BSTR: L"p\00e4ss \20ac w\00f6rd"}'
done

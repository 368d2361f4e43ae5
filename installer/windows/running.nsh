; SPDX-License-Identifier: GPL-3.0-or-later
; Nothing is replaced or removed under a running program: tasks are disabled, so that nothing starts anew, then the programs end.

; Tasks that stopPrograms was to disable and nobody has registered anew since, a blank before each.
Var Disabled

!macro disableTask name
    ${If} ${FileExists} "$SYSDIR\Tasks\DTF ${name}"
        ${Run} "task DTF ${name} disabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF ${name}" /DISABLE'
        StrCpy $Disabled "$Disabled ${name}"
    ${EndIf}
!macroend

!macro enableTask search name
    ${${search}} $0 "$Disabled" " ${name}"
    ${If} $0 != ""
        ${Run} "task DTF ${name} enabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF ${name}" /ENABLE'
        ${If} $0 != 0
            ${Trouble} "the task DTF ${name} could not be enabled again: $1"
        ${EndIf}
        ${Run} "task DTF ${name} started" '"$SYSDIR\schtasks.exe" /Run /TN "DTF ${name}"' ; else it starts by itself within a minute
    ${EndIf}
!macroend

!macro enableTasksFunction un search
Function ${un}enableTasks
    !insertmacro enableTask "${search}" "orchestrator"
    !insertmacro enableTask "${search}" "agent"
    StrCpy $Disabled ""
FunctionEnd
!macroend
!insertmacro enableTasksFunction "" "StrStr"
!insertmacro enableTasksFunction "un." "UnStrStr"

!macro stopPrograms un
    InitPluginsDir
    File "/oname=$PLUGINSDIR\dtf-stop.exe" "${STAGE}/dtf-stop.exe"
    !insertmacro disableTask "orchestrator"
    !insertmacro disableTask "agent"
    ${Run} "programs below $INSTDIR ended" '"$PLUGINSDIR\dtf-stop.exe" "$INSTDIR" 30'
    ${If} $0 != 0
        ${Say} "not ended: $1"
        Push $1
        Call ${un}enableTasks
        Pop $1
        MessageBox MB_OK|MB_ICONSTOP "A program below $INSTDIR could not be ended. No file was changed; programs that did end start again within a minute.$\r$\n$1" /SD IDOK
        SetErrorLevel ${EXIT_RUNNING}
        Quit
    ${ElseIf} $1 != ""
        ${Say} "$1"
    ${EndIf}
!macroend

; SPDX-License-Identifier: GPL-3.0-or-later
; Nothing is replaced or removed under a running program: tasks are disabled, so that nothing starts anew, then the programs end.

; Tasks that were enabled before and are to be so again, a blank before each. For as long as they are not the registry holds them too:
; after a run that was cut off the next one takes them up again.
Var Disabled
; Tasks that somebody else has disabled: they stay so.
Var Silenced

!define TASK_DISABLED 3 ; what dtf-task --enabled says

!macro rememberDisabled
    ${If} $Disabled == ""
        DeleteRegValue HKLM "${KEY}" "DisabledTasks"
    ${Else}
        WriteRegStr HKLM "${KEY}" "DisabledTasks" "$Disabled"
    ${EndIf}
!macroend

!macro taskIsBack name
    ${WordReplace} "$Disabled" " ${name}" "" "+" $Disabled
    !insertmacro rememberDisabled
!macroend

; $9: what a run that was cut off has disabled
!macro sortTask search name
    ${If} ${FileExists} "$SYSDIR\Tasks\DTF ${name}"
        ${${search}} $0 "$9" " ${name}"
        ${If} $0 == ""
            ${Run} "task DTF ${name} is enabled" '"$PLUGINSDIR\dtf-task.exe" --enabled "DTF ${name}"'
        ${EndIf}
        ${If} $0 == ${TASK_DISABLED}
            StrCpy $Silenced "$Silenced ${name}"
            ${Say} "the task DTF ${name} is disabled already: it stays so and is not started. To have it again: schtasks /Change /TN $\"DTF ${name}$\" /ENABLE"
        ${Else}
            StrCpy $Disabled "$Disabled ${name}"
        ${EndIf}
    ${EndIf}
!macroend

!macro disableTask search name
    ${${search}} $0 "$Disabled" " ${name}"
    ${If} $0 != ""
        ${Run} "task DTF ${name} disabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF ${name}" /DISABLE'
    ${EndIf}
!macroend

!macro enableTask search name
    ${${search}} $0 "$Disabled" " ${name}"
    ${If} $0 != ""
        ${Run} "task DTF ${name} enabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF ${name}" /ENABLE'
        ${If} $0 == 0
            !insertmacro taskIsBack "${name}"
        ${Else}
            ${Trouble} "the task DTF ${name} could not be enabled again: $1"
        ${EndIf}
        ${Run} "task DTF ${name} started" '"$SYSDIR\schtasks.exe" /Run /TN "DTF ${name}"' ; else it starts by itself within a minute
    ${EndIf}
!macroend

!macro tasksFunctions un search
Function ${un}disableTasks
    StrCpy $Disabled ""
    StrCpy $Silenced ""
    ReadRegStr $9 HKLM "${KEY}" "DisabledTasks"
    !insertmacro sortTask "${search}" "orchestrator"
    !insertmacro sortTask "${search}" "agent"
    !insertmacro rememberDisabled
    !insertmacro disableTask "${search}" "orchestrator"
    !insertmacro disableTask "${search}" "agent"
FunctionEnd

Function ${un}enableTasks
    !insertmacro enableTask "${search}" "orchestrator"
    !insertmacro enableTask "${search}" "agent"
FunctionEnd
!macroend
!insertmacro tasksFunctions "" "StrStr"
!insertmacro tasksFunctions "un." "UnStrStr"

!macro stopPrograms un
    InitPluginsDir
    File "/oname=$PLUGINSDIR\dtf-stop.exe" "${STAGE}/dtf-stop.exe"
    File "/oname=$PLUGINSDIR\dtf-task.exe" "${STAGE}/dtf-task.exe"
    Call ${un}disableTasks
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

; SPDX-License-Identifier: GPL-3.0-or-later
; Nothing is replaced or removed under a running program: tasks are disabled, so that nothing starts anew, then the programs end.

!macro stopPrograms un
    InitPluginsDir
    File "/oname=$PLUGINSDIR\dtf-stop.exe" "${STAGE}/dtf-stop.exe"
    ${If} ${FileExists} "$SYSDIR\Tasks\DTF orchestrator"
        ${Run} "task DTF orchestrator disabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF orchestrator" /DISABLE'
    ${EndIf}
    ${If} ${FileExists} "$SYSDIR\Tasks\DTF agent"
        ${Run} "task DTF agent disabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF agent" /DISABLE'
    ${EndIf}
    ${Run} "programs below $INSTDIR ended" '"$PLUGINSDIR\dtf-stop.exe" "$INSTDIR" 30'
    ${If} $0 != 0
        ${Say} "not ended: $1"
        MessageBox MB_OK|MB_ICONSTOP "A program below $INSTDIR could not be ended. Nothing was changed.$\r$\n$1" /SD IDOK
        SetErrorLevel ${EXIT_RUNNING}
        Quit
    ${ElseIf} $1 != ""
        ${Say} "$1"
    ${EndIf}
!macroend

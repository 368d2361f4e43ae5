; SPDX-License-Identifier: GPL-3.0-or-later
; Auto-start by Task Scheduler: tasks\*.xml with its words filled in.

!ifdef HAVE_ORCHESTRATOR | HAVE_AGENT

; A value as XML text.
!macro xmlText variable value
    ${StrRep} ${variable} "${value}" "&" "&amp;"
    ${StrRep} ${variable} ${variable} "<" "&lt;"
    ${StrRep} ${variable} ${variable} ">" "&gt;"
!macroend

Var XmlPrograms
Var XmlData
Var XmlAccount
Var XmlUser
Var XmlLogon

; $8: the task's template, $9: its file as schtasks wants it (UTF-16)
Function fillTask
    !insertmacro xmlText $XmlPrograms "$INSTDIR"
    !insertmacro xmlText $XmlData "$Data"
    !insertmacro xmlText $XmlUser "$User"
    ${If} $Account == "${DEFAULT_ACCOUNT}"
        StrCpy $XmlAccount "S-1-5-20"
        StrCpy $XmlLogon ""
    ${Else}
        !insertmacro xmlText $XmlAccount "$Account"
        StrCpy $XmlLogon "<LogonType>Password</LogonType>"
    ${EndIf}
    FileOpen $R0 "$8" r
    FileOpen $R1 "$9" w
    ${Do}
        ClearErrors
        FileRead $R0 $R2
        ${If} ${Errors}
            ${ExitDo}
        ${EndIf}
        ${StrRep} $R2 $R2 "@PROGRAMS@" "$XmlPrograms"
        ${StrRep} $R2 $R2 "@DATA@" "$XmlData"
        ${StrRep} $R2 $R2 "@ACCOUNT@" "$XmlAccount"
        ${StrRep} $R2 $R2 "@USER@" "$XmlUser"
        ${StrRep} $R2 $R2 "@LOGON@" "$XmlLogon"
        FileWriteUTF16LE /BOM $R1 $R2
    ${Loop}
    FileClose $R0
    FileClose $R1
FunctionEnd

!macro startTask name
    ${Run} "task DTF ${name} started" '"$SYSDIR\schtasks.exe" /Run /TN "DTF ${name}"'
    ${If} $0 != 0
        ${Say} "it starts by itself within a minute"
    ${EndIf}
!macroend

; awaitStart name account: "started" only means that Task Scheduler has the order; what comes of it is not told. Where the order was
; not taken there is nothing to wait for.
!macro awaitStart name account
    ${If} $0 == 0
        ${Run} "dtf-${name}.exe runs" '"$PLUGINSDIR\dtf-stop.exe" --await "$INSTDIR\dtf-${name}.exe" 20'
        ${If} $0 != 0
            ${Trouble} "the task DTF ${name} was started, but after 20 s no dtf-${name}.exe runs. Most likely ${account} lacks the right \
$\"Log on as a batch job$\" (secpol.msc: Local Policies, User Rights Assignment, or the domain's policy); else the task's last run result says why"
        ${EndIf}
    ${EndIf}
!macroend

; writeTask name: the task as it is registered here, beside the program, where its own `setup` looks for it when it is run later.
!macro writeTask name
    StrCpy $8 "$INSTDIR\tasks\${name}.xml"
    StrCpy $9 "$INSTDIR\dtf-${name}.xml"
    Call fillTask
!macroend

; registerTask name command: a command line that registers it
!macro registerTask name command
    ${Run} "task DTF ${name} registered" `${command}`
    ${If} $0 == 0
        ${StrRep} $Disabled "$Disabled" " ${name}" ""
        !insertmacro startTask "${name}"
    ${Else}
        ${Trouble} "the task DTF ${name} could not be registered: $1"
    ${EndIf}
!macroend

!macro registerTaskPlainly name
    !insertmacro registerTask "${name}" `"$SYSDIR\schtasks.exe" /Create /F /TN "DTF ${name}" /XML "$INSTDIR\dtf-${name}.xml"`
!macroend

; registerTaskAs name account password: the password stands in no command line and in no file
!macro registerTaskAs name account password
    File "/oname=$PLUGINSDIR\dtf-task.exe" "${STAGE}/dtf-task.exe"
    StrCpy $R6 ""
    !insertmacro option $R6 "" "${account}"
    StrCpy $R9 "${password}"
    System::Call 'kernel32::SetEnvironmentVariable(t, t) i ("DTF_TASK_PASSWORD", R9)'
    !insertmacro registerTask "${name}" `"$PLUGINSDIR\dtf-task.exe" "DTF ${name}" "$INSTDIR\dtf-${name}.xml"$R6`
    System::Call 'kernel32::SetEnvironmentVariable(t "DTF_TASK_PASSWORD", p 0)'
!macroend

!endif

!macro removeTask name
    ${If} ${FileExists} "$SYSDIR\Tasks\DTF ${name}"
        ${Run} "task DTF ${name} removed" '"$SYSDIR\schtasks.exe" /Delete /F /TN "DTF ${name}"'
        ${If} $0 != 0
            ${Trouble} "the task DTF ${name} could not be removed: $1"
        ${EndIf}
    ${EndIf}
    Delete "$INSTDIR\dtf-${name}.xml"
!macroend

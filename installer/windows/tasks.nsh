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
Var XmlEnabled
Var Registered ; "1": the task that was registered last is

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
        ${StrRep} $R2 $R2 "@ENABLED@" "$XmlEnabled"
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

; writeTask name folder enabled: the task's description, dtf-${name}.xml in that folder; $9: its file.
!macro writeTask name folder enabled
    StrCpy $XmlEnabled "${enabled}"
    StrCpy $8 "$INSTDIR\tasks\${name}.xml"
    StrCpy $9 "${folder}\dtf-${name}.xml"
    Call fillTask
!macroend

; describeTask name: $9: what is registered. It is the file beside the program, where its own `setup` looks for it when it is run later; a
; task that somebody has disabled is registered as disabled: between registering and disabling, its trigger would start it.
!macro describeTask name
    ${StrStr} $R8 "$Silenced" " ${name}"
    ${If} $R8 == ""
        StrCpy $9 "$INSTDIR\dtf-${name}.xml"
    ${Else}
        !insertmacro writeTask "${name}" "$PLUGINSDIR" "false"
    ${EndIf}
!macroend

; registerTask name command: a command line that registers it; after describeTask, whose $R8 it takes
!macro registerTask name command
    StrCpy $Registered ""
    ${Run} "task DTF ${name} registered" `${command}`
    ${If} $0 == 0
        StrCpy $Registered "1"
        !insertmacro taskIsBack "${name}"
        ${If} $R8 == ""
            !insertmacro startTask "${name}"
        ${Else}
            StrCpy $0 "disabled"
        ${EndIf}
    ${Else}
        ${Trouble} "the task DTF ${name} could not be registered: $1"
    ${EndIf}
!macroend

!macro registerTaskPlainly name
    !insertmacro describeTask "${name}"
    !insertmacro registerTask "${name}" `"$SYSDIR\schtasks.exe" /Create /F /TN "DTF ${name}" /XML "$9"`
!macroend

; registerTaskAs name account password file: the password, or the file that holds it. It stands in no command line and is written to no file.
!macro registerTaskAs name account password file
    !insertmacro describeTask "${name}"
    StrCpy $R6 ""
    !insertmacro option $R6 "" "${account}"
    !insertmacro option $R6 "" "${file}"
    StrCpy $R9 "${password}"
    System::Call 'kernel32::SetEnvironmentVariable(t, t) i ("DTF_TASK_PASSWORD", R9)'
    !insertmacro registerTask "${name}" `"$PLUGINSDIR\dtf-task.exe" "DTF ${name}" "$9"$R6`
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

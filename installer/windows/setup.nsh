; SPDX-License-Identifier: GPL-3.0-or-later
; After the copying: rights, configuration by the programs' own `setup`, tasks, firewall. A configuration that is there is left alone.

!define RULE "DTF Orchestration"

!ifdef HAVE_ORCHESTRATOR | HAVE_AGENT
Var Former ; the account that a program had before this run, or empty

; option result name value: ` name "value"`, or nothing for an empty value
!macro option result name value
    ${If} `${value}` != ""
        Push `${value}`
        Call quoted
        Pop $R9
        StrCpy ${result} `${result} ${name} $R9`
    ${EndIf}
!macroend

; A value as one argument, as every program for Windows takes its command line apart: in quotes; a quote in it gets a backslash, and
; the backslashes before a quote are doubled.
Function quoted
    Exch $R9
    Push $R8 ; the argument
    Push $R7 ; a character
    Push $R6 ; the backslashes before it
    Push $R5
    StrCpy $R8 '"'
    StrCpy $R6 ""
    StrCpy $R5 0
    ${Do}
        StrCpy $R7 $R9 1 $R5
        IntOp $R5 $R5 + 1
        ${If} $R7 == "\"
            StrCpy $R6 "$R6\"
        ${ElseIf} $R7 == '"'
            StrCpy $R8 '$R8$R6$R6\"'
            StrCpy $R6 ""
        ${ElseIf} $R7 == ""
            StrCpy $R8 '$R8$R6$R6"'
            ${ExitDo}
        ${Else}
            StrCpy $R8 "$R8$R6$R7"
            StrCpy $R6 ""
        ${EndIf}
    ${Loop}
    StrCpy $R9 $R8
    Pop $R5
    Pop $R6
    Pop $R7
    Pop $R8
    Exch $R9
FunctionEnd

; further result options switch: for the log, in place of the options themselves, in which a join code may stand
!macro further result options switch
    StrCpy ${result} ""
    ${If} `${options}` != ""
        StrCpy ${result} " and what ${switch} says"
    ${EndIf}
!macroend

; $0: the length of setup's command line with these options. One that would be cut must not be run.
!macro lengthOf options
    StrLen $0 `"$INSTDIR\dtf-orchestrator.exe" setup --yes --no-start${options}`
!macroend

!endif

!ifdef HAVE_ORCHESTRATOR
Function setUpOrchestrator
    !insertmacro letProgramIn "orchestrator" "$Account"
    !insertmacro writeTask "orchestrator" "$INSTDIR" "true"
    ${If} $Former == ""
    ${OrIfNot} ${FileExists} "$SYSDIR\Tasks\DTF orchestrator" ; else it is that task's account until the task is made anew
        WriteRegStr HKLM "${KEY}" "Account" "$Account"
    ${EndIf}
    StrCpy $R4 ""
    ${If} ${FileExists} "$Data\orchestrator.toml"
        ${Say} "orchestrator.toml is there and stays as it is"
        ${If} $Before != ""
        ${AndIf} $RuleWanted == ""
            StrCpy $R4 "the rule that is there stays"
        ${EndIf}
    ${ElseIf} $Share == ""
        ${Say} "the orchestrator is not set up yet: run this installer again with /SHARE=..., or dtf-orchestrator setup as administrator"
        Return
    ${Else}
        StrCpy $R6 `--config "$Data\orchestrator.toml" --port $Port`
        !insertmacro option $R6 "--share" "$Share"
        !insertmacro lengthOf ` $R6 $OrchestratorSetup`
        ${If} $0 >= ${LONGEST}
            ${Trouble} "the orchestrator's settings are too long for an installer: run dtf-orchestrator setup as administrator"
            Return
        ${EndIf}
        !insertmacro further $R3 "$OrchestratorSetup" "/ORCHESTRATORSETUP="
        ${Run} `dtf-orchestrator setup $R6$R3` `"$INSTDIR\dtf-orchestrator.exe" setup --yes --no-start $R6 $OrchestratorSetup`
        ${If} $0 != 0
            ${Trouble} "the orchestrator could not be set up: $1"
            Return
        ${EndIf}
        ${Say} "$1"
    ${EndIf}
    ${If} $Firewall == "1"
    ${AndIf} $R4 == ""
        ${Run} "firewall rule removed, if there was one" '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}"'
        ${Run} "firewall rule for TCP $Port" \
            '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow protocol=TCP localport=$Port profile=domain,private program="$INSTDIR\dtf-orchestrator.exe"'
        ${If} $0 != 0
            ${Trouble} "the firewall rule could not be made: $1"
        ${EndIf}
    ${EndIf}
    ${If} $Autostart == "1"
        ${If} $Account == "${DEFAULT_ACCOUNT}"
            !insertmacro registerTaskPlainly "orchestrator"
        ${ElseIf} "$Password$PasswordFile" != ""
            !insertmacro registerTaskAs "orchestrator" "$Account" "$Password" "$PasswordFile"
            !insertmacro awaitStart "orchestrator" "$Account"
        ${ElseIfNot} ${FileExists} "$SYSDIR\Tasks\DTF orchestrator"
            ${Trouble} "the task DTF orchestrator was not made: /ACCOUNT=$Account needs /PASSWORDFILE= (or /PASSWORD=)"
        ${ElseIf} $Former == ""
        ${OrIf} $Former == $Account
            ${Say} "the task that is there keeps its password" ; it is enabled again at the end
        ${Else}
            ${Trouble} "the task DTF orchestrator still runs as $Former: /ACCOUNT=$Account needs /PASSWORDFILE= (or /PASSWORD=)"
        ${EndIf}
        ${If} $Registered == "1"
            WriteRegStr HKLM "${KEY}" "Account" "$Account"
        ${EndIf}
    ${EndIf}
FunctionEnd
!endif

!ifdef HAVE_AGENT
Function setUpAgent
    !insertmacro letProgramIn "agent" "$User"
    !insertmacro writeTask "agent" "$INSTDIR" "true"
    ${If} $Former == ""
    ${OrIfNot} ${FileExists} "$SYSDIR\Tasks\DTF agent"
        WriteRegStr HKLM "${KEY}" "User" "$User"
    ${EndIf}
    ${If} ${FileExists} "$Data\agent.toml"
        ${Say} "agent.toml is there and stays as it is"
    ${ElseIf} $Orchestrator == ""
        ${Say} "the agent is not set up yet: run this installer again with /ORCHESTRATOR=... /SHARE=... /PIPELINE=..., or dtf-agent setup as administrator"
        Return
    ${Else}
        StrCpy $R6 `--config "$Data\agent.toml"`
        !insertmacro option $R6 "--orchestrator" "$Orchestrator"
        !insertmacro option $R6 "--share" "$Share"
        !insertmacro option $R6 "--name" "$Node"
        !insertmacro option $R6 "--pipeline" "$Pipeline"
        !insertmacro option $R6 "--working-dir" "$WorkingDir"
        !insertmacro option $R6 "--inbox" "$Inbox"
        !insertmacro option $R6 "--done" "$Done"
        !insertmacro option $R6 "--rejected" "$Rejected"
        !insertmacro option $R6 "--portal" "$Portal"
        !insertmacro option $R6 "--login-pattern" "$LoginPattern"
        StrCpy $R5 ""
        !insertmacro option $R5 "--join" "$Join"
        !insertmacro option $R5 "--join-file" "$JoinFile"
        !insertmacro lengthOf `$R6$R5 $AgentSetup`
        ${If} $0 >= ${LONGEST}
            ${Trouble} "the agent's settings are too long for an installer: run dtf-agent setup as administrator"
            Return
        ${EndIf}
        !insertmacro further $R3 "$AgentSetup" "/AGENTSETUP="
        ${Run} `dtf-agent setup $R6$R3` `"$INSTDIR\dtf-agent.exe" setup --yes --no-start $R6$R5 $AgentSetup`
        ${If} $0 != 0
            ${Trouble} "the agent could not be set up: $1"
            Return
        ${EndIf}
        ${Say} "$1"
    ${EndIf}
    ${If} $Autostart == "1"
        !insertmacro registerTaskPlainly "agent"
        ${If} $Registered == "1"
            WriteRegStr HKLM "${KEY}" "User" "$User"
        ${EndIf}
    ${EndIf}
FunctionEnd
!endif

Function setUpParts
    WriteRegStr HKLM "${KEY}" "Autostart" "$Autostart"
    WriteRegStr HKLM "${KEY}" "Firewall" "$Firewall"
!ifdef HAVE_ORCHESTRATOR
    ${If} ${SectionIsSelected} ${secOrchestrator}
        ReadRegStr $Former HKLM "${KEY}" "Account"
        StrCpy $Registered ""
        Call setUpOrchestrator
        !insertmacro keepOut "orchestrator" "Account" "$Account" "User"
    ${EndIf}
!endif
!ifdef HAVE_AGENT
    ${If} ${SectionIsSelected} ${secAgent}
        ReadRegStr $Former HKLM "${KEY}" "User"
        StrCpy $Registered ""
        Call setUpAgent
        !insertmacro keepOut "agent" "User" "$User" "Account"
    ${EndIf}
!endif
    Call enableTasks
FunctionEnd

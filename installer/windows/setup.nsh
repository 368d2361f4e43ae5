; SPDX-License-Identifier: GPL-3.0-or-later
; After the copying: rights, configuration by the programs' own `setup`, tasks, firewall. A configuration that is there is left alone.

!define RULE "DTF Orchestration"

; ${Option} result option value: ` option "value"`, or nothing for an empty value
!macro option result option value
    ${If} "${value}" != ""
        StrCpy ${result} `${result} ${option} "${value}"`
    ${EndIf}
!macroend

!ifdef HAVE_ORCHESTRATOR
Function setUpOrchestrator
    !insertmacro letProgramIn "orchestrator" "$Account"
    !insertmacro writeTask "orchestrator"
    ${If} ${FileExists} "$Data\orchestrator.toml"
        ${Say} "orchestrator.toml is there and stays as it is"
    ${ElseIf} $Share == ""
        ${Say} "the orchestrator is not set up yet: run dtf-orchestrator setup as administrator"
        Return
    ${Else}
        StrCpy $R6 `--config "$Data\orchestrator.toml" --port $Port`
        !insertmacro option $R6 "--share" "$Share"
        ${Run} `dtf-orchestrator setup $R6 $OrchestratorSetup` `"$INSTDIR\dtf-orchestrator.exe" setup --yes --no-start $R6 $OrchestratorSetup`
        ${If} $0 != 0
            ${Trouble} "the orchestrator could not be set up: $1"
            Return
        ${EndIf}
        ${Say} "$1"
    ${EndIf}
    !insertmacro letRead "orchestrator.toml" "$Account"
    !insertmacro letRead "tokens.toml" "$Account"
    WriteRegStr HKLM "${KEY}" "Account" "$Account"
    ${If} $Firewall == "1"
        nsExec::ExecToStack '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}"'
        Pop $0
        Pop $1
        ${Run} "firewall rule for TCP $Port" \
            '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow protocol=TCP localport=$Port profile=domain,private program="$INSTDIR\dtf-orchestrator.exe"'
        ${If} $0 != 0
            ${Trouble} "the firewall rule could not be made: $1"
        ${EndIf}
    ${EndIf}
    ${If} $Autostart == "1"
        StrCpy $R6 ""
        ${If} $Account != "${DEFAULT_ACCOUNT}"
            ${If} $Password == ""
            ${AndIf} ${FileExists} "$SYSDIR\Tasks\DTF orchestrator"
                ; an upgrade without the password: the task that is there keeps it
                ${Run} "task DTF orchestrator enabled" '"$SYSDIR\schtasks.exe" /Change /TN "DTF orchestrator" /ENABLE'
                !insertmacro startTask "orchestrator"
                Return
            ${EndIf}
            StrCpy $R6 ` /RU "$Account" /RP "$Password"`
        ${EndIf}
        !insertmacro registerTask "orchestrator" "$R6"
    ${EndIf}
FunctionEnd
!endif

!ifdef HAVE_AGENT
Function setUpAgent
    !insertmacro letProgramIn "agent" "$User"
    !insertmacro writeTask "agent"
    ${If} ${FileExists} "$Data\agent.toml"
        ${Say} "agent.toml is there and stays as it is"
    ${ElseIf} $Orchestrator == ""
        ${Say} "the agent is not set up yet: run dtf-agent setup as administrator"
        Return
    ${Else}
        StrCpy $R6 `--config "$Data\agent.toml"`
        !insertmacro option $R6 "--orchestrator" "$Orchestrator"
        !insertmacro option $R6 "--share" "$Share"
        !insertmacro option $R6 "--name" "$Node"
        StrCpy $R5 ""
        !insertmacro option $R5 "--join" "$Join"
        ${Run} `dtf-agent setup $R6 $AgentSetup` `"$INSTDIR\dtf-agent.exe" setup --yes --no-start $R6$R5 $AgentSetup`
        ${If} $0 != 0
            ${Trouble} "the agent could not be set up: $1"
            Return
        ${EndIf}
        ${Say} "$1"
    ${EndIf}
    !insertmacro letRead "agent.toml" "$User"
    !insertmacro letRead "agent.token" "$User"
    !insertmacro letRead "agent.join" "$User"
    WriteRegStr HKLM "${KEY}" "User" "$User"
    ${If} $Autostart == "1"
        !insertmacro registerTask "agent" ""
    ${EndIf}
FunctionEnd
!endif

Function setUpParts
    Call closeDataFolder
!ifdef HAVE_ORCHESTRATOR
    ${If} ${SectionIsSelected} ${secOrchestrator}
        Call setUpOrchestrator
    ${EndIf}
!endif
!ifdef HAVE_AGENT
    ${If} ${SectionIsSelected} ${secAgent}
        Call setUpAgent
    ${EndIf}
!endif
FunctionEnd

; SPDX-License-Identifier: GPL-3.0-or-later
; Settings: switches of the command line, or one page of the installer. They are handed to the programs' own `setup`, which knows what is right.

Var Share ; /SHARE=\\server\dispatch
Var Port ; /PORT=3000, the orchestrator's
Var Orchestrator ; /ORCHESTRATOR=http://server:3000, the agent's
Var Join ; /JOIN=code, the agent's
Var Node ; /NODE=DTF-01, the agent's; default the machine's name
Var Account ; /ACCOUNT=DOMAIN\user, whom the orchestrator runs as
Var Password ; /PASSWORD=, of that account
Var User ; /USER=DOMAIN\user, whose desktop the agent uses
Var OrchestratorSetup ; /ORCHESTRATORSETUP="--further options"
Var AgentSetup ; /AGENTSETUP="--further options"
Var Autostart ; /AUTOSTART=0: no tasks are registered
Var Firewall ; /FIREWALL=0: no rule for the port

!define DEFAULT_ACCOUNT "NT AUTHORITY\NETWORK SERVICE"

; The words of the command line as every Windows program reads them: "/SHARE=\\a b\c" and /SHARE="\\a b\c" are the same. Each known
; switch goes to its variable; an unknown one is refused, for a misspelt setting that is silently ignored is found too late.
!macro takeSwitch variable name
    StrLen $5 "/${name}="
    StrCpy $6 $4 $5
    ${If} $6 == "/${name}="
        StrCpy ${variable} $4 "" $5
        ${Continue}
    ${EndIf}
!macroend

Function readSwitches
    StrCpy $0 $CMDLINE
    System::Call 'shell32::CommandLineToArgvW(w r0, *i .r1) p .r2'
    StrCpy $3 0
    ${While} $3 < $1
        IntOp $5 $3 * ${NSIS_PTR_SIZE}
        IntPtrOp $5 $2 + $5
        System::Call '*$5(w .r4)'
        IntOp $3 $3 + 1
        ${If} $3 == 1 ; the installer itself
        ${OrIf} $4 == "/S"
        ${OrIf} $4 == "/NCRC"
            ${Continue}
        ${EndIf}
        !insertmacro takeSwitch $Parts "PARTS"
        !insertmacro takeSwitch $Share "SHARE"
        !insertmacro takeSwitch $Port "PORT"
        !insertmacro takeSwitch $Orchestrator "ORCHESTRATOR"
        !insertmacro takeSwitch $Join "JOIN"
        !insertmacro takeSwitch $Node "NODE"
        !insertmacro takeSwitch $Account "ACCOUNT"
        !insertmacro takeSwitch $Password "PASSWORD"
        !insertmacro takeSwitch $User "USER"
        !insertmacro takeSwitch $OrchestratorSetup "ORCHESTRATORSETUP"
        !insertmacro takeSwitch $AgentSetup "AGENTSETUP"
        !insertmacro takeSwitch $Autostart "AUTOSTART"
        !insertmacro takeSwitch $Firewall "FIREWALL"
        ${Refuse} ${EXIT_USAGE} "unknown switch $4 (BUILD.md lists them; /D=folder must be the last one)"
    ${EndWhile}
    System::Call 'kernel32::LocalFree(p r2)'
FunctionEnd

; A double quote would end the argument that the value becomes.
!macro plain variable name
    ${StrStr} $0 "${variable}" '"'
    ${If} $0 != ""
        ${Refuse} ${EXIT_USAGE} "${name} must not hold a double quote"
    ${EndIf}
!macroend

Function readSettings
    StrCpy $Port "3000"
    StrCpy $Autostart "1"
    StrCpy $Firewall "1"
    Call readSwitches
    !insertmacro plain $Share "/SHARE"
    !insertmacro plain $Orchestrator "/ORCHESTRATOR"
    !insertmacro plain $Join "/JOIN"
    !insertmacro plain $Node "/NODE"
    !insertmacro plain $Account "/ACCOUNT"
    !insertmacro plain $Password "/PASSWORD"
    !insertmacro plain $User "/USER"
    IntOp $0 $Port + 0
    ${If} $0 != $Port
    ${OrIf} $Port < 1
    ${OrIf} $Port > 65535
        ${Refuse} ${EXIT_USAGE} "/PORT=$Port is no port"
    ${EndIf}
    ; An upgrade keeps whom the programs run as.
    ${If} $Account == ""
        ReadRegStr $Account HKLM "${KEY}" "Account"
    ${EndIf}
    ${If} $Account == ""
        StrCpy $Account "${DEFAULT_ACCOUNT}"
    ${EndIf}
    ${If} $User == ""
        ReadRegStr $User HKLM "${KEY}" "User"
    ${EndIf}
    ${If} $User == ""
        Call desktopUser
    ${EndIf}
FunctionEnd

; Who is logged on by itself, or who installs.
Function desktopUser
    !define LOGON "SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
    ReadRegStr $0 HKLM "${LOGON}" "AutoAdminLogon"
    ReadRegStr $1 HKLM "${LOGON}" "DefaultUserName"
    ReadRegStr $2 HKLM "${LOGON}" "DefaultDomainName"
    ${If} $0 != "1"
    ${OrIf} $1 == ""
        ReadEnvStr $1 USERNAME
        ReadEnvStr $2 USERDOMAIN
    ${EndIf}
    ${If} $2 == ""
        ReadEnvStr $2 COMPUTERNAME
    ${EndIf}
    StrCpy $User "$2\$1"
FunctionEnd

; ${IfPart} name: is it among the chosen ones?
!macro hasPart result name
    ${StrStr} ${result} ",$Parts," ",${name},"
!macroend

!macro selectPart section name
    !insertmacro hasPart $0 "${name}"
    ${If} $0 != ""
        !insertmacro SelectSection ${section}
    ${Else}
        !insertmacro UnselectSection ${section}
    ${EndIf}
!macroend

; /PARTS=agent,ctl; what was installed before stays; without both the command line and the console.
Function chooseParts
    ReadRegStr $1 HKLM "${KEY}" "Parts"
    ${If} $Parts == ""
        StrCpy $Parts "$1"
    ${ElseIf} $1 != ""
        StrCpy $Parts "$Parts,$1"
    ${EndIf}
    ${If} $Parts == ""
        StrCpy $Parts "${DEFAULT_PARTS}"
    ${EndIf}
    StrCpy $2 1
    ${Do}
        ClearErrors
        ${WordFind} "$Parts," "," "E+$2" $3
        ${If} ${Errors}
            ${ExitDo}
        ${EndIf}
        ${StrStr} $4 ",${BUILT_PARTS}," ",$3,"
        ${If} $4 == ""
            ${Refuse} ${EXIT_USAGE} "this installer has no part '$3'; it was made with: ${BUILT_PARTS}"
        ${EndIf}
        IntOp $2 $2 + 1
    ${Loop}
!ifdef HAVE_CTL
    !insertmacro selectPart ${secCtl} "ctl"
!endif
!ifdef HAVE_CONSOLE
    !insertmacro selectPart ${secConsole} "console"
!endif
!ifdef HAVE_ORCHESTRATOR
    !insertmacro selectPart ${secOrchestrator} "orchestrator"
!endif
!ifdef HAVE_AGENT
    !insertmacro selectPart ${secAgent} "agent"
!endif
FunctionEnd

!macro rememberPart section name
    ${If} ${SectionIsSelected} ${section}
        StrCpy $Parts "$Parts,${name}"
    ${EndIf}
!macroend

; What was chosen in the end, on whichever way.
Function rememberParts
    StrCpy $Parts ""
!ifdef HAVE_CTL
    !insertmacro rememberPart ${secCtl} "ctl"
!endif
!ifdef HAVE_CONSOLE
    !insertmacro rememberPart ${secConsole} "console"
!endif
!ifdef HAVE_ORCHESTRATOR
    !insertmacro rememberPart ${secOrchestrator} "orchestrator"
!endif
!ifdef HAVE_AGENT
    !insertmacro rememberPart ${secAgent} "agent"
!endif
    StrCpy $Parts $Parts "" 1
FunctionEnd

Var FieldShare
Var FieldPort
Var FieldOrchestrator
Var FieldJoin
Var FieldNode

!macro field variable y label value
    ${NSD_CreateLabel} 0 ${y}u 38% 12u "${label}"
    Pop $0
    ${NSD_CreateText} 40% ${y}u 60% 12u "${value}"
    Pop ${variable}
!macroend

Function settingsPage
    Call rememberParts
    !insertmacro hasPart $1 "orchestrator"
    !insertmacro hasPart $2 "agent"
    ${If} "$1$2" == ""
    ${OrIf} $Before != ""
        Abort ; nothing to ask: no daemon, or an upgrade that keeps its configuration
    ${EndIf}
    !insertmacro MUI_HEADER_TEXT "Settings" "Left empty, they can be given later: dtf-orchestrator setup, dtf-agent setup"
    nsDialogs::Create 1018
    Pop $0
    !insertmacro field $FieldShare 0 "Share (\\server\dispatch)" "$Share"
    ${If} $1 != ""
        !insertmacro field $FieldPort 18 "Orchestrator's port" "$Port"
    ${EndIf}
    ${If} $2 != ""
        !insertmacro field $FieldOrchestrator 36 "Orchestrator (http://server:3000)" "$Orchestrator"
        !insertmacro field $FieldJoin 54 "Join code" "$Join"
        !insertmacro field $FieldNode 72 "Node name (empty: this machine's)" "$Node"
    ${EndIf}
    nsDialogs::Show
FunctionEnd

!macro takeField variable field
    ${If} ${field} != ""
        ${NSD_GetText} ${field} ${variable}
    ${EndIf}
!macroend

Function settingsPageLeave
    !insertmacro takeField $Share $FieldShare
    !insertmacro takeField $Port $FieldPort
    !insertmacro takeField $Orchestrator $FieldOrchestrator
    !insertmacro takeField $Join $FieldJoin
    !insertmacro takeField $Node $FieldNode
FunctionEnd

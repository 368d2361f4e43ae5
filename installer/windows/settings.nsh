; SPDX-License-Identifier: GPL-3.0-or-later
; Settings: switches of the command line, or one page of the installer. They are handed to the programs' own `setup`, which knows what is right.

Var Share ; /SHARE=\\server\dispatch
Var Port ; /PORT=3000, the orchestrator's
Var Orchestrator ; /ORCHESTRATOR=http://server:3000, the agent's
Var Join ; /JOIN=code, the agent's
Var JoinFile ; /JOINFILE=, which holds it
Var Node ; /NODE=DTF-01, the agent's; default the machine's name
Var Pipeline ; /PIPELINE=node run.js {file}, the agent's: the program that is run for each file
Var WorkingDir ; /WORKINGDIR=, where it runs
Var Inbox ; /INBOX= /DONE= /REJECTED=, instead of a program: the folders of a script that watches one
Var Done
Var Rejected
Var Portal ; /PORTAL=https://portal/, opened in the agent's Chrome
Var LoginPattern ; /LOGINPATTERN=, a regular expression for addresses of its log-in pages
Var Account ; /ACCOUNT=DOMAIN\user, whom the orchestrator runs as
Var Password ; /PASSWORD=, of that account
Var PasswordFile ; /PASSWORDFILE=, whose first line is that password
Var User ; /USER=DOMAIN\user, whose desktop the agent uses
Var OrchestratorSetup ; /ORCHESTRATORSETUP="--further options"
Var AgentSetup ; /AGENTSETUP="--further options"
Var Autostart ; /AUTOSTART=0: no tasks are registered
Var Firewall ; /FIREWALL=0: no rule for the port
Var RuleWanted ; /PORT or /FIREWALL was given now

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
    StrLen $0 $CMDLINE
    ${If} $0 >= ${LONGEST}
        ${Refuse} ${EXIT_USAGE} "the command line is longer than ${LONGEST} characters, more than an installer can read: leave some settings to the programs' own setup"
    ${EndIf}
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
        !insertmacro takeSwitch $JoinFile "JOINFILE"
        !insertmacro takeSwitch $Node "NODE"
        !insertmacro takeSwitch $Pipeline "PIPELINE"
        !insertmacro takeSwitch $WorkingDir "WORKINGDIR"
        !insertmacro takeSwitch $Inbox "INBOX"
        !insertmacro takeSwitch $Done "DONE"
        !insertmacro takeSwitch $Rejected "REJECTED"
        !insertmacro takeSwitch $Portal "PORTAL"
        !insertmacro takeSwitch $LoginPattern "LOGINPATTERN"
        !insertmacro takeSwitch $Account "ACCOUNT"
        !insertmacro takeSwitch $Password "PASSWORD"
        !insertmacro takeSwitch $PasswordFile "PASSWORDFILE"
        !insertmacro takeSwitch $User "USER"
        !insertmacro takeSwitch $OrchestratorSetup "ORCHESTRATORSETUP"
        !insertmacro takeSwitch $AgentSetup "AGENTSETUP"
        !insertmacro takeSwitch $Autostart "AUTOSTART"
        !insertmacro takeSwitch $Firewall "FIREWALL"
        ${Refuse} ${EXIT_USAGE} "unknown switch $4 (BUILD.md lists them; /D=folder must be the last one)"
    ${EndWhile}
    System::Call 'kernel32::LocalFree(p r2)'
FunctionEnd

; No name of an account has a double quote; it would end the argument that the name becomes.
!macro plain variable name
    ${StrStr} $0 "${variable}" '"'
    ${If} $0 != ""
        ${Refuse} ${EXIT_USAGE} "${name} must not hold a double quote"
    ${EndIf}
!macroend

; What the installation before was told, else what everybody gets.
!macro remembered variable name otherwise
    ${If} ${variable} == ""
        ReadRegStr ${variable} HKLM "${KEY}" "${name}"
    ${EndIf}
    ${If} ${variable} == ""
        StrCpy ${variable} "${otherwise}"
    ${EndIf}
!macroend

; Only whether there is one: dtf-task reads it, for Notepad and PowerShell write it in more encodings than NSIS can read.
Function findPasswordFile
    ClearErrors
    FileOpen $0 "$PasswordFile" r
    ${If} ${Errors}
        ${Refuse} ${EXIT_USAGE} "/PASSWORDFILE=$PasswordFile can't be read"
    ${EndIf}
    FileSeek $0 0 END $1
    FileClose $0
    ${If} $1 = 0
        ${Refuse} ${EXIT_USAGE} "/PASSWORDFILE=$PasswordFile is empty"
    ${EndIf}
    GetFullPathName $PasswordFile "$PasswordFile" ; the folder that this runs in is another later
FunctionEnd

Function readSettings
    Call readSwitches
    !insertmacro plain $Account "/ACCOUNT"
    !insertmacro plain $User "/USER"
    ${If} $PasswordFile != ""
        Call findPasswordFile
    ${EndIf}
    StrCpy $RuleWanted "$Port$Firewall"
    ${If} $Port == ""
        Call configuredPort
    ${EndIf}
    !insertmacro remembered $Autostart "Autostart" "1"
    !insertmacro remembered $Firewall "Firewall" "1"
    IntOp $0 $Port + 0
    ${If} $0 != $Port
    ${OrIf} $Port < 1
    ${OrIf} $Port > 65535
        ${Refuse} ${EXIT_USAGE} "/PORT=$Port is no port"
    ${EndIf}
    ; An upgrade keeps whom the programs run as.
    !insertmacro remembered $Account "Account" "${DEFAULT_ACCOUNT}"
    !insertmacro remembered $User "User" ""
    ${If} $User == ""
        Call desktopUser
    ${EndIf}
FunctionEnd

; $Port: what orchestrator.toml says, else 3000. There is one key of that name, and setup writes one key per line.
Function configuredPort
    StrCpy $Port "3000"
    ClearErrors
    FileOpen $0 "$Data\orchestrator.toml" r
    ${DoUntil} ${Errors}
        FileRead $0 $1
        StrCpy $2 $1 7
        ${If} $2 == "port = "
            StrCpy $Port $1 "" 7
            IntOp $Port $Port + 0 ; without the end of the line
            ${ExitDo}
        ${EndIf}
    ${Loop}
    FileClose $0
    ClearErrors
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

; What an agent cannot be set up without is asked for before anything is changed.
Function refuseUnfinishedAgent
!ifdef HAVE_AGENT
    ${StrStr} $0 "$AgentSetup" "--pipeline"
    ${StrStr} $1 "$AgentSetup" "--inbox"
    ${If} ${Silent}
    ${AndIf} ${SectionIsSelected} ${secAgent}
    ${AndIf} $Orchestrator != ""
    ${AndIf} "$Pipeline$Inbox$0$1" == ""
    ${AndIfNot} ${FileExists} "$Data\agent.toml"
        ${Refuse} ${EXIT_USAGE} "an agent needs to know what it runs for each file: /PIPELINE=$\"node C:\script\run.js {file}$\", or /INBOX= /DONE= /REJECTED="
    ${EndIf}
!endif
FunctionEnd

Var FieldShare
Var FieldPort
Var FieldOrchestrator
Var FieldJoin
Var FieldNode
Var FieldPipeline
Var FieldWorkingDir
Var FieldPortal
Var FieldLoginPattern

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
    ${If} ${FileExists} "$Data\orchestrator.toml"
        StrCpy $1 ""
    ${EndIf}
    ${If} ${FileExists} "$Data\agent.toml"
        StrCpy $2 ""
    ${EndIf}
    ${If} "$1$2" == ""
        Abort ; nothing to ask: no daemon, or each has its configuration and keeps it
    ${EndIf}
    !insertmacro MUI_HEADER_TEXT "Settings" "Left empty, they can be given later: run this installer again"
    nsDialogs::Create 1018
    Pop $0
    !insertmacro field $FieldShare 0 "Share (\\server\dispatch)" "$Share"
    ${If} $1 != ""
        !insertmacro field $FieldPort 15 "Orchestrator's port" "$Port"
    ${EndIf}
    ${If} $2 != ""
        !insertmacro field $FieldOrchestrator 30 "Orchestrator (http://server:3000)" "$Orchestrator"
        !insertmacro field $FieldJoin 45 "Join code" "$Join"
        !insertmacro field $FieldNode 60 "Node (empty: its own name)" "$Node"
        !insertmacro field $FieldPipeline 75 "Run for each file, with {file}" "$Pipeline"
        !insertmacro field $FieldWorkingDir 90 "In this folder" "$WorkingDir"
        !insertmacro field $FieldPortal 105 "Portal (https://...)" "$Portal"
        !insertmacro field $FieldLoginPattern 120 "Its log-in pages (e.g. /login)" "$LoginPattern"
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
    !insertmacro takeField $Pipeline $FieldPipeline
    !insertmacro takeField $WorkingDir $FieldWorkingDir
    !insertmacro takeField $Portal $FieldPortal
    !insertmacro takeField $LoginPattern $FieldLoginPattern
    ${If} $Orchestrator != ""
    ${AndIf} "$Pipeline$Inbox$AgentSetup" == ""
    ${AndIf} $FieldOrchestrator != ""
        MessageBox MB_OK|MB_ICONEXCLAMATION "An agent needs to know what it runs for each file."
        Abort
    ${EndIf}
FunctionEnd

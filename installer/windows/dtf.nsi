; SPDX-License-Identifier: GPL-3.0-or-later
; The installer for Windows: one for all parts, of which it holds those that were built. Made by make-installer; every switch: BUILD.md.
; Defined by make-installer: STAGE (folder of what is packed, with parts.nsh), VERSION, OUT.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel admin
AllowSkipFiles off
ManifestSupportedOS all

!define PRODUCT "DTF Orchestration"
!define KEY "Software\DTF Orchestration"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\DTF-Orchestration"
; Exit codes, besides NSIS's own 0 (done), 1 (cancelled) and 2 (aborted):
!define EXIT_USAGE 10
!define EXIT_DOWNGRADE 11
!define EXIT_RUNNING 12
!define EXIT_RIGHTS 13
!define EXIT_UNFINISHED 14 ; installed, but something after the copying failed: the log says what
!define LONGEST 1023 ; what a string of NSIS holds

!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include StrFunc.nsh
!include Sections.nsh
!include MUI2.nsh
!include nsDialogs.nsh
!include "${STAGE}/parts.nsh"
${StrStr}
${UnStrStr}
!ifdef HAVE_ORCHESTRATOR | HAVE_AGENT
${StrRep}
!endif

Name "${PRODUCT} ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\DTF"
InstallDirRegKey HKLM "${KEY}" "Folder"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${PRODUCT}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${PRODUCT} installer"
VIAddVersionKey LegalCopyright "GPL-3.0-or-later"

Var Data ; %ProgramData%\DTF: configuration and state
Var Log
Var Code ; exit code at the end
Var Parts ; comma-separated
Var Before ; the version that was installed, or empty

!include "say.nsh"
!include "running.nsh"
!include "rights.nsh"
!include "remove.nsh"

!define MUI_ICON "${STAGE}/dtf-console.ico"
!define MUI_UNICON "${STAGE}/dtf-console.ico"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_LICENSE "${STAGE}/LICENSE"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
Page custom settingsPage settingsPageLeave
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "-before"
    Call closeDataFolder
    Call refuseForeignData ; from here on nobody can bring anything in
    !insertmacro stopPrograms ""
    Call removeListedFiles ; of the version before: what the new one no longer has must not stay
    SetOutPath "$INSTDIR"
    !insertmacro files_base
SectionEnd

!ifdef HAVE_CTL
Section "Command line (dtf-ctl)" secCtl
    !insertmacro files_ctl
SectionEnd
!endif
!ifdef HAVE_CONSOLE
Section "Console" secConsole
    !insertmacro files_console
    CreateDirectory "$SMPROGRAMS\${PRODUCT}"
    SetOutPath "$INSTDIR"
    CreateShortcut "$SMPROGRAMS\${PRODUCT}\DTF Console.lnk" "$INSTDIR\dtf-console.exe"
SectionEnd
!endif
!ifdef HAVE_ORCHESTRATOR
Section /o "Orchestrator (server)" secOrchestrator
    !insertmacro files_orchestrator
SectionEnd
!endif
!ifdef HAVE_AGENT
Section /o "Agent (worker machine)" secAgent
    !insertmacro files_agent
SectionEnd
!endif

Section "-after"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateDirectory "$SMPROGRAMS\${PRODUCT}"
    SetOutPath "$INSTDIR" ; where shortcuts start
    CreateShortcut "$SMPROGRAMS\${PRODUCT}\DTF command line.lnk" "$SYSDIR\cmd.exe" '/K "cd /D "$INSTDIR""'
    CreateShortcut "$SMPROGRAMS\${PRODUCT}\Uninstall.lnk" "$INSTDIR\uninstall.exe"
    Call rememberParts
    WriteRegStr HKLM "${KEY}" "Folder" "$INSTDIR"
    WriteRegStr HKLM "${KEY}" "Version" "${VERSION}"
    WriteRegStr HKLM "${KEY}" "Parts" "$Parts"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "${PRODUCT}"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0
    Call setUpParts
    ${Say} "installed ${VERSION} to $INSTDIR: $Parts"
SectionEnd

; These name the sections above.
!include "settings.nsh"
!include "tasks.nsh"
!include "setup.nsh"

Function .onInit
    SetRegView 64
    SetShellVarContext all
    StrCpy $Data "$APPDATA\DTF"
    StrCpy $Code 0
    ReadRegStr $Before HKLM "${KEY}" "Version"
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        ${Refuse} ${EXIT_RIGHTS} "this needs an administrator"
    ${EndIf}
    Call refuseForeignData
    Call openLog
    ${If} $Before != ""
        ${VersionCompare} "$Before" "${VERSION}" $0
        ${If} $0 == 1
            ${Refuse} ${EXIT_DOWNGRADE} "version $Before is installed and ${VERSION} is older: its store and configuration may be of a form that \
${VERSION} does not know. Nothing was changed. To go back all the same, uninstall $Before, put the backup of $Data back, and install ${VERSION}"
        ${EndIf}
    ${EndIf}
    Call readSettings
    Call chooseParts
    Call refuseUnfinishedAgent
FunctionEnd

Function .onInstSuccess
    SetErrorLevel $Code
FunctionEnd

Function .onInstFailed
    ${Say} "not installed: a file could not be written, or the installation was cancelled"
    Call enableTasks
FunctionEnd

Function un.onInit
    SetRegView 64
    SetShellVarContext all
    StrCpy $Data "$APPDATA\DTF"
    StrCpy $Code 0
    Call un.openLog
FunctionEnd

Section "Uninstall"
    !insertmacro removeEverything
    SetErrorLevel $Code
SectionEnd

; SPDX-License-Identifier: GPL-3.0-or-later
; Who may do what below %ProgramData%\DTF. Administrators and the system: all. The account of each program: reads its own configuration,
; writes its own state folder. Nobody else gets in at all: the files hold tokens. By SID where there is one: names differ by language.

!define ADMINISTRATORS "*S-1-5-32-544"
!define SYSTEM "*S-1-5-18"

!macro grant path rights
    ${Run} `icacls ${path} ${rights}` `"$SYSDIR\icacls.exe" "${path}" ${rights}`
    ${If} $0 != 0
        ${Trouble} "the rights of ${path} could not be set: $1"
    ${EndIf}
!macroend

!macro accountWord account result
    ${If} "${account}" == "${DEFAULT_ACCOUNT}"
        StrCpy ${result} "*S-1-5-20"
    ${Else}
        StrCpy ${result} "${account}"
    ${EndIf}
!macroend

; Before anything secret is written there.
Function closeDataFolder
    CreateDirectory "$Data"
    !insertmacro grant "$Data" `/inheritance:r /grant:r "${ADMINISTRATORS}:(OI)(CI)F" "${SYSTEM}:(OI)(CI)F"`
FunctionEnd

; letProgramIn state account: $Data itself may be passed through, the state folder is written.
!macro letProgramIn state account
    !insertmacro accountWord "${account}" $R7
    CreateDirectory "$Data\${state}"
    !insertmacro grant "$Data" `/grant "$R7:(RX)"`
    !insertmacro grant "$Data\${state}" `/grant:r "$R7:(OI)(CI)M"`
!macroend

!macro letRead file account
    ${If} ${FileExists} "$Data\${file}"
        !insertmacro accountWord "${account}" $R7
        !insertmacro grant "$Data\${file}" `/grant:r "$R7:R"`
    ${EndIf}
!macroend

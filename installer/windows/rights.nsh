; SPDX-License-Identifier: GPL-3.0-or-later
; Who may do what below %ProgramData%\DTF. Administrators and the system: all. The account of each program: reads the files that lie
; directly in it, writes its own state folder. Nobody else gets in at all: the files hold tokens. By SID where there is one: names differ by
; language.

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

; letProgramIn state account: the state folder is written; files directly in $Data are read, and inherit that, for a `setup` that is run
; later replaces them by new ones (OI: files inherit it; NP: those in folders below, such as fresh-tokens, do not).
!macro letProgramIn state account
    !insertmacro accountWord "${account}" $R7
    CreateDirectory "$Data\${state}"
    !insertmacro grant "$Data" `/grant "$R7:(OI)(NP)RX"`
    !insertmacro grant "$Data\${state}" `/grant:r "$R7:(OI)(CI)M"`
!macroend

; keepOut state setting account otherSetting: after another /ACCOUNT= or /USER= one of the two has no business here any more: the former one,
; or, as long as the task could not be made for it, the new one. `setting`: where the registry has whom the program runs as now. First
; removed, then granted, for both may be names of one and the same account.
!macro keepOut state setting account otherSetting
    ReadRegStr $R4 HKLM "${KEY}" "${setting}"
    ReadRegStr $R5 HKLM "${KEY}" "${otherSetting}"
    StrCpy $R6 "$Former"
    ${If} $R4 != "${account}"
        StrCpy $R6 "${account}"
        ${Say} "the task DTF ${state} stays with $R4, and so do the rights: ${account} gets none"
    ${EndIf}
    ${If} $R6 != ""
    ${AndIf} $R6 != $R4
        !insertmacro accountWord "$R6" $R7
        !insertmacro grant "$Data\${state}" `/remove:g "$R7"`
        ${If} $R6 != $R5 ; the other program's
            !insertmacro grant "$Data" `/remove:g "$R7"`
        ${EndIf}
        !insertmacro letProgramIn "${state}" "$R4"
    ${EndIf}
!macroend

; Any user may make a folder in %ProgramData%, and who made one decides about its rights, later too. So what is there already must be an
; administrator's own, and no way to another place; else nothing is changed at all.
!macro ownerOf path result
    StrCpy ${result} ""
    System::Call 'advapi32::GetNamedSecurityInfoW(w "${path}", i 1, i 1, *p .r4, p 0, p 0, p 0, *p .r5) i .r6' ; SE_FILE_OBJECT, OWNER
    ${If} $6 = 0
        System::Call 'advapi32::ConvertSidToStringSidW(p r4, *p .r6)'
        System::Call 'kernel32::lstrcpynW(w .r7, p r6, i 200)'
        StrCpy ${result} $7
        System::Call 'kernel32::LocalFree(p r6)'
        System::Call 'kernel32::LocalFree(p r5)'
    ${EndIf}
!macroend

!macro refuseForeign path
    !insertmacro ownerOf "${path}" $3
    System::Call 'kernel32::GetFileAttributesW(w "${path}") i .r4'
    IntOp $4 $4 & 0x400 ; FILE_ATTRIBUTE_REPARSE_POINT: a junction or a link
    ${If} "*$3" == "${ADMINISTRATORS}"
    ${OrIf} "*$3" == "${SYSTEM}"
    ${OrIf} $3 == $2
        StrCpy $5 "trusted"
    ${Else}
        StrCpy $5 ""
    ${EndIf}
    ${If} $4 <> 0
    ${OrIf} $5 == ""
        ${Refuse} ${EXIT_RIGHTS} "${path} was there before this product, and is a link or not an administrator's (its owner is $3): somebody \
else would decide what is in it. Nothing was changed. Look at what it holds, delete it, and install again"
    ${EndIf}
!macroend

Function refuseForeignData
    ${If} $Before != ""
    ${OrIfNot} ${FileExists} "$Data"
        Return
    ${EndIf}
    InitPluginsDir
    !insertmacro ownerOf "$PLUGINSDIR" $2 ; as whom this installer makes files
    !insertmacro refuseForeign "$Data"
    FindFirst $0 $1 "$Data\*"
    ${DoUntil} $1 == ""
        ${If} $1 != "."
        ${AndIf} $1 != ".."
            !insertmacro refuseForeign "$Data\$1"
        ${EndIf}
        FindNext $0 $1
    ${Loop}
    FindClose $0
FunctionEnd

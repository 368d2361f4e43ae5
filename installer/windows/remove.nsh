; SPDX-License-Identifier: GPL-3.0-or-later
; What was installed is listed in $INSTDIR\installed\*.files, a path below $INSTDIR per line: exactly that is removed, nothing else.

!macro removeListedFilesFunction un
Function ${un}removeListedFiles
    ClearErrors
    FindFirst $0 $1 "$INSTDIR\installed\*.files"
    ${DoUntil} ${Errors}
        FileOpen $2 "$INSTDIR\installed\$1" r
        ${IfNot} ${Errors}
            ${Do}
                ClearErrors
                FileRead $2 $3
                ${If} ${Errors}
                    ${ExitDo}
                ${EndIf}
                ${WordReplace} $3 "$\r" "" "+" $3
                ${WordReplace} $3 "$\n" "" "+" $3
                ${If} $3 != ""
                    Delete "$INSTDIR\$3"
                    ${GetParent} "$INSTDIR\$3" $4
                    ${If} $4 != $INSTDIR
                        RMDir "$4" ; only when it is empty
                    ${EndIf}
                ${EndIf}
            ${Loop}
            FileClose $2
        ${EndIf}
        Delete "$INSTDIR\installed\$1"
        ClearErrors
        FindNext $0 $1
    ${Loop}
    FindClose $0
    RMDir "$INSTDIR\installed"
    ClearErrors
FunctionEnd
!macroend
!insertmacro removeListedFilesFunction ""
!insertmacro removeListedFilesFunction "un."

; Configuration and state stay unless /PURGE is given: the audit is in there.
!macro removeEverything
    !insertmacro stopPrograms "un."
    !insertmacro removeTask "orchestrator"
    !insertmacro removeTask "agent"
    ReadRegStr $2 HKLM "${KEY}" "Parts"
    ${UnStrStr} $3 ",$2," ",orchestrator,"
    ${If} $3 != ""
        ${Run} "firewall rule removed" '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}"'
    ${EndIf}
    Call un.removeListedFiles
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\${PRODUCT}\DTF Console.lnk"
    Delete "$SMPROGRAMS\${PRODUCT}\DTF command line.lnk"
    Delete "$SMPROGRAMS\${PRODUCT}\Uninstall.lnk"
    RMDir "$SMPROGRAMS\${PRODUCT}"
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    DeleteRegKey HKLM "${KEY}"
    ${Say} "uninstalled from $INSTDIR"
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} "$0" "/PURGE" $1
    ${IfNot} ${Errors}
        ${If} $Log != ""
            FileClose $Log
            StrCpy $Log ""
        ${EndIf}
        RMDir /r "$Data"
    ${EndIf}
!macroend
